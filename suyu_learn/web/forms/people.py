"""Signing in, and the first administrator."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import new_password_field
from suyu_learn.web.i18n import _


def sign_in_form() -> Form:
    """Name, password, and whether the device belongs to somebody else."""

    class SignInForm(Form):
        username = StringField(_("Name or number"), [InputRequired(), Length(max=100)])
        password = PasswordField(_("Password"), [InputRequired(), Length(max=200)])
        shared = BooleanField(_("This is not my phone or computer"))

    return SignInForm()


def welcome_form() -> Form:
    """The account of the first administrator."""

    class WelcomeForm(Form):
        name = StringField(_("Your name"), [InputRequired(), Length(max=100)])
        username = StringField(_("Sign-in name"), [InputRequired(), Length(max=64)])
        password = new_password_field(_("Password"))

    return WelcomeForm()
