"""Who says that data is gone shows a report, a photo, or vouches for it.

Triggers, not check constraints: what was written before this rule is frozen evidence. It is not
touched, it is not made to say more than it said, and a certificate of it says what is missing.
"""

from django.db import migrations

from backend.core.triggers import Refuse


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_nothing_added_afterwards")]

    operations = [
        Refuse(
            "erasure_erased_only_with_report_or_attestation",
            table="inventory_erasure",
            moment="INSERT",
            condition="NEW.result = 'erased' AND NEW.report_sha256 = '' AND NEW.attestation = ''",
        ),
        Refuse(
            "storage_destroyed_only_with_photo",
            table="inventory_storageunit",
            moment="UPDATE",
            condition="NEW.outcome = 'destroyed' AND OLD.outcome <> 'destroyed'"
            " AND NEW.photo_sha256 = ''",
        ),
    ]
