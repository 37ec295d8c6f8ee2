"""Why a request cannot be taken as it is, each in a sentence that says what to do."""

from returns_app.core.refusal import Refusal
from returns_app.wording import N_


class NothingAsked(Refusal):
    status = 422
    code = "nothing-asked"
    sentence = N_("Choose at least one item to send back.")


class QuantityWrong(Refusal):
    status = 422
    code = "quantity-wrong"
    sentence = N_("You can send back at most %(most)s of “%(title)s”. Choose a number from 1 to %(most)s.")


class LineClosed(Refusal):
    code = "line-closed"
    sentence = N_("“%(title)s” can't be sent back any more, or not for this reason.")


class UnitsTaken(Refusal):
    code = "units-taken"
    sentence = N_("“%(title)s” is already in another return. Open your return to see it.")


class ReasonUnknown(Refusal):
    status = 422
    code = "reason-unknown"
    sentence = N_("Choose a reason for “%(title)s”.")


class AnswerMissing(Refusal):
    status = 422
    code = "answer-missing"
    sentence = N_("Answer “%(question)s” for “%(title)s”.")


class PhotoMissing(Refusal):
    status = 422
    code = "photo-missing"
    sentence = N_("Add a photo of “%(title)s”, so that we can see what is wrong.")


class NoteMissing(Refusal):
    status = 422
    code = "note-missing"
    sentence = N_("Tell us in a few words what is wrong with “%(title)s”.")


class NotOffered(Refusal):
    status = 422
    code = "not-offered"
    sentence = N_("Choose one of the offers for “%(title)s”.")


class MethodNotOffered(Refusal):
    status = 422
    code = "method-not-offered"
    sentence = N_("Choose one of the ways to send it back.")


class NotExchangeable(Refusal):
    status = 422
    code = "not-exchangeable"
    sentence = N_("Choose another size or colour of “%(title)s”.")


class SoldOut(Refusal):
    code = "sold-out"
    sentence = N_("“%(title)s” was just sold out. Choose another one, or money or credit instead.")


class OfferChanged(Refusal):
    code = "offer-changed"
    sentence = N_("The amounts have changed since you saw them. Check them again and confirm.")


class ConsentMissing(Refusal):
    status = 422
    code = "consent-missing"
    sentence = N_("Tick that you choose store credit or an exchange instead of your money back.")


class ReturnNotFound(Refusal):
    status = 404
    code = "return-not-found"
    sentence = N_("There is no such return.")


class TooLateToCancel(Refusal):
    code = "too-late-to-cancel"
    sentence = N_("This return can't be cancelled any more: the parcel is on its way or it was handled.")


class AlreadyDecided(Refusal):
    code = "already-decided"
    sentence = N_("Somebody has decided on this return already.")


class RejectionUnexplained(Refusal):
    status = 422
    code = "rejection-unexplained"
    sentence = N_("Say in a few words why. The shopper reads exactly what you write.")


class ReferenceMissing(Refusal):
    status = 422
    code = "reference-missing"
    sentence = N_("Write down how it was paid, such as the number of the bank transfer.")


class NoteEmpty(Refusal):
    status = 422
    code = "note-empty"
    sentence = N_("Write a few words first.")


class AlreadyReceived(Refusal):
    code = "already-received"
    sentence = N_("This was counted already. More than was announced can't be received: add it as extra.")


class NotHereYet(Refusal):
    code = "not-here-yet"
    sentence = N_("Count what is in the box before you judge its condition.")


class NotAPicture(Refusal):
    status = 422
    code = "not-a-picture"
    sentence = N_("This file is not a photo we can read. Send a JPEG, PNG, WebP or HEIC picture.")


class PictureTooLarge(Refusal):
    status = 413
    code = "picture-too-large"
    sentence = N_("This photo is larger than %(most)s MB. Take a smaller one or lower its quality.")


class TooManyPictures(Refusal):
    code = "too-many-pictures"
    sentence = N_("At most %(most)s photos per item. Remove one first.")


class NothingCounted(Refusal):
    status = 422
    code = "nothing-counted"
    sentence = N_("Count at least one item: received, missing, wrong or extra.")


class GradeUnknown(Refusal):
    status = 422
    code = "grade-unknown"
    sentence = N_("Choose a condition from A to D and what happens to the item.")


class DeductionTooHigh(Refusal):
    status = 422
    code = "deduction-too-high"
    sentence = N_("A deduction lies between nothing and what was paid for these items.")
