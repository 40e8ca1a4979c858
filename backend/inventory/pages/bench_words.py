"""Every word that the bench says, for the browser: its scripts have none of their own.

`{name}` is filled in by the browser.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    # what came of a scan
    "done": _("It is done"),
    "astray": _("Counted, but it should not be here: “{state}”"),
    "already_done": _("Already done: nothing changed"),
    "already_when": _("{when}, by {who}"),
    "already_here": _("Already scanned in this series"),
    "already_here_when": _("At {when}. Nothing changed."),
    "already_so": _("Already there, as far as is known here: nothing changed"),
    "refused": _("This was refused"),
    "nothing_changed": _("Nothing was changed."),
    "unknown": _("Unknown code"),
    "unknown_more": _("No device of yours has this label. Compare it with the screen."),
    "graded": _("Performance: class {letter}."),
    "not_graded": _("No performance class yet: its processor and memory are not known."),
    "class_of": _("class {letter}"),
    "elsewhere": _("Another organisation’s"),
    "queued": _("Kept here"),
    "queued_more": _("No network: it is sent when the network is back."),
    "queued_slow": _("The network is slow: it is being sent."),
    "queued_unknown": _("Not in the list kept here: it is checked when the network is back."),
    "opened": _("Here it is"),
    "open_unknown": _("Not in the list kept here. Try again with the network."),
    "undone": _("It is undone"),
    "undone_here": _("Taken back before it was sent: nothing was done."),
    "taken_back": _("Taken back"),
    "stays_done": _("This is not taken back here"),
    "stays_done_more": _("“{act}” stays recorded. To put it right, open the device."),
    "paused": _("Paused: this scan was not taken"),
    "is_paused": _("Paused: scans are not taken"),
    "paused_more": _("Press “Resume”, then scan again."),
    "not_set": _("First choose what each scan does"),
    "not_set_more": _("Press “Choose”, or scan a mode card."),
    # why, as far as the bench can tell by itself
    "wrong_state": _("This device is “{state}”: this step does not follow. {next}"),
    "with_data": _("Its data is not dealt with: erase it first."),
    "locked": _("It is still locked: unlock it first."),
    "as_known_at": _("As known at {when}, without network. Nothing was changed."),
    # codes
    "not_a_code": _("This is not one of our codes"),
    "not_a_code_more": _("A code has nine letters and digits, like 7K3M-9XQ2-9."),
    "misread": _("One symbol is wrong or two are swapped"),
    "misread_more": _("Compare it with the label, or scan it again."),
    "missing_symbols": _("Symbols to go: {number}"),
    "right_code": _("Right code"),
    "odd_symbol": _("“{symbol}” is never in a code"),
    # places and mode cards
    "place_set": _("From now on: {place}"),
    "place_unknown": _("This place or lot is not one of your workshop’s"),
    "card_set": _("It is set"),
    "card_unfit": _("This card is not for your workshop or your role"),
    # the setting and the counts
    "choose": _("Choose"),
    "change": _("Change"),
    "ready_for": _("Scan: {act}"),
    "each_scan": _("Each scan:"),
    "nothing_set": _("Nothing is set yet"),
    "choose_act": _("Choose what each scan does"),
    "yes": _("Yes"),
    "device": _("Device"),
    # the network and the queue
    "online": _("Connected"),
    "offline": _("No network"),
    "works_offline": _("Works without network: devices known: {number}, listed: {when}."),
    "needs_network": _("Without network this page does not open again here."),
    "waiting": _("{number} to send"),
    "all_sent": _("All is sent"),
    "sign_in": _("Sign in again: your {number} scans are kept on this device."),
    "sign_in_none": _("Sign in again to go on."),
    "others_scans": _(
        "{number} scans of somebody else wait on this device. "
        "They are sent when that person signs in here."
    ),
    "cannot_keep": _("This scan was not kept"),
    "cannot_keep_more": _(
        "Scan it again. If this comes back, reload the page, and stay where there is network."
    ),
    # camera
    "camera_refused": _("The camera was not allowed. Allow it in the browser, or take a photo."),
    "camera_absent": _("There is no camera here. Take a photo, or use a scanner."),
    "camera_failed": _("The camera did not start. Take a photo, or use a scanner."),
    "no_code_seen": _("No code was found in the photo. Come nearer and try again."),
    "camera_on": _("Stop the camera"),
    "camera_off": _("Camera"),
    "torch_on": _("Light off"),
    "torch_off": _("Light"),
    "sound_on": _("Sound on"),
    "sound_off": _("Sound off"),
    "pause": _("Pause"),
    "go_on": _("Resume"),
    # numbers of a machine
    "numbers_of": _("Numbers of {code}"),
    "numbers_kept": _("Numbers written down"),
    # the end of a series
    "series_since": _("Since {when}"),
}
