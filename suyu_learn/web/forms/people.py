"""Signing in, and the first administrator."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _


def sign_in_form() -> Form:
    """Name, password, and whether this is one's own device."""

    class SignInForm(Form):
        username = StringField(_("Name or number"), [InputRequired(), Length(max=100)])
        password = PasswordField(_("Password"), [InputRequired(), Length(max=200)])
        own_device = BooleanField(_("This is my own phone or computer: keep me signed in"), default=True)

    return SignInForm()


def welcome_form() -> Form:
    """The account of the first administrator."""

    class WelcomeForm(Form):
        name = StringField(_("Your name"), [InputRequired(), Length(max=100)])
        username = StringField(_("Sign-in name"), [InputRequired(), Length(max=64)])
        password = PasswordField(_("Password"), [InputRequired(), Length(max=200)])

    return WelcomeForm()
