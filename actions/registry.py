"""Every action that the server offers."""

from __future__ import annotations

from rasa_sdk import Action

from actions.chips import ActionRemoveChip
from actions.choose import ActionChoose
from actions.compare import ActionCompare
from actions.explain import ActionExplain
from actions.fallback import ActionAffirm, ActionClarified, ActionClarify, ActionDeny, ActionOutOfScope
from actions.feedback import ActionFeedback
from actions.forget import ActionForget
from actions.handoff import ActionHandoff
from actions.ledger import ActionAboutMe
from actions.more import ActionMore
from actions.questionnaire import ActionAskTaste, ActionTasteKnown, ValidateQuestionnaire
from actions.recommend import ActionRecommend
from actions.refine import ActionRefine
from actions.resume import ActionResume
from actions.returned import ActionReturned
from actions.session import ActionGreet, ActionStartOver
from actions.skip import ActionSkip
from actions.small_talk import ActionSmallTalk
from actions.suggest import ActionSuggest
from actions.undo import ActionUndo

ACTIONS: tuple[type[Action], ...] = (
    ActionGreet,
    ActionStartOver,
    ActionResume,
    ActionRecommend,
    ActionRefine,
    ActionSkip,
    ActionRemoveChip,
    ActionMore,
    ActionUndo,
    ActionFeedback,
    ActionExplain,
    ActionCompare,
    ActionChoose,
    ActionAboutMe,
    ActionForget,
    ActionClarify,
    ActionClarified,
    ActionAffirm,
    ActionDeny,
    ActionOutOfScope,
    ActionHandoff,
    ActionReturned,
    ActionSuggest,
    ActionSmallTalk,
    ActionAskTaste,
    ValidateQuestionnaire,
    ActionTasteKnown,
)
