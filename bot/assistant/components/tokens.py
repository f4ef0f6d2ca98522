"""The tokenizer for both languages: words of alphabetic scripts, one token for each Chinese character."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+(?:['’][^\W_]+)*"
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """Splits at blanks and punctuation, and between Chinese characters. Supports every language."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The keys that Rasa's Tokenizer expects, all off."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def supported_languages() -> Optional[List[Text]]:
        """None: all of them."""
        return None

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """The tokens of `attribute`; text without a word is one token, because Rasa cannot stand an empty list."""
        text = message.get(attribute)
        tokens = [Token(match.group(), match.start()) for match in TOKEN.finditer(text)]
        return tokens or [Token(text, 0)]
