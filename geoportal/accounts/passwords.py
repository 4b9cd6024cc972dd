"""Rules for passwords: Django's own, in sentences that exist in our three languages.

Twelve characters and not a known one, as NIST SP 800-63B (5.1.1) advises, instead of prescribed kinds of
characters.
"""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("A password has at least %(least)s characters.") % {"least": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this password; it would be guessed soon.")


class NotNumeric(password_validation.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("A password of digits alone would be guessed soon.")


class NotLikeThePerson(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This password is too much like your name or your e-mail address.")
