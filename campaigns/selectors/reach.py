"""Whether a step had a way to somebody who was never asked for one: SQL for reports and forecasts."""

from campaigns.models.channels import IDENTITY_OF


def still_stands(*, customer: str, channel: str) -> str:
    """Of a row `listed` of the stop list: does the gate still heed it?

    Who unsubscribed is heeded through the consent that was withdrawn with it, so that whoever
    agrees anew may be written to. Arguments are SQL of the statement around it.
    """
    return f"""(listed.reason <> 'unsubscribed' OR NOT EXISTS (
        SELECT 1 FROM crm_consent AS gone
        WHERE gone.customer_id = {customer} AND gone.channel = {channel}
          AND gone.purpose = 'marketing' AND gone.state = 'withdrawn'))"""  # noqa: S608 - constants


_KINDS = " ".join(f"WHEN '{kind}' THEN '{own}'" for kind, own in IDENTITY_OF.items())
_STANDS = still_stands(customer="member.customer_id", channel="step.channel_kind")
# Of a member and a step. Whom a step before has stopped is answered as of that moment: who
# unsubscribes later could have been written to then, and a report that is over does not change.
COULD_GET = f"""(EXISTS (
    SELECT 1 FROM crm_identity AS identity
    WHERE identity.customer_id = member.customer_id
      AND identity.kind = CASE step.channel_kind {_KINDS} END
      AND NOT EXISTS (
        SELECT 1 FROM campaigns_suppression AS listed
        WHERE listed.workspace_id = member.workspace_id AND listed.channel_kind = step.channel_kind
          AND listed.address_hash = sha256(convert_to(identity.value, 'UTF8'))
          AND listed.since <= COALESCE(member.stop_recorded_at, 'infinity')
          AND {_STANDS})
) AND COALESCE((
    SELECT said.state FROM crm_consent AS said
    WHERE said.customer_id = member.customer_id AND said.channel = step.channel_kind
      AND said.purpose = step.purpose
      AND said.recorded_at <= COALESCE(member.stop_recorded_at, 'infinity')
    ORDER BY said.id DESC LIMIT 1
), CASE step.purpose WHEN 'service' THEN 'granted' ELSE '' END) = 'granted')"""  # noqa: S608 - constants
