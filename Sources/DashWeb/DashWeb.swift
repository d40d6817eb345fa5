internal import Hummingbird
internal import Mustache
internal import CZlib
