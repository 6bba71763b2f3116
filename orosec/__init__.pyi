# The public names of orosec, written once: here. `orosec` loads each on first use.

from .bulk.flows import decide_many as decide_many
from .claims.register import ambiguity as ambiguity
from .claims.register import check as check
from .claims.register import prove as prove
from .claims.scoreboard import scoreboard as scoreboard
from .claims.scoreboard import summary as summary
from .diagrams.diagram import draw as draw
from .engine.packet_set import Packet as Packet
from .engine.packet_set import PacketSet as PacketSet
from .errors import BrokenPromise as BrokenPromise
from .errors import BudgetError as BudgetError
from .errors import NotationError as NotationError
from .errors import OrosecError as OrosecError
from .errors import OutputError as OutputError
from .errors import TableError as TableError
from .errors import UnknownNameError as UnknownNameError
from .linting.lint import lint as lint
from .model.network import Network as Network
from .model.network import read_network as read_network
from .mutation.score import mutate as mutate
from .panels.widget import panel as panel
from .queries.decide import decide as decide
from .queries.decide import explain as explain
from .queries.surface import surface as surface
from .reporting.traceability import compliance as compliance
from .reporting.traceability import trace as trace
from .results import Sheet as Sheet
from .whatif.consequences import consequences as consequences
from .whatif.diff import diff as diff
from .whatif.safe_change import safe_change as safe_change
from .whatif.suggest import what_would_allow as what_would_allow
from .whatif.suggest import what_would_deny as what_would_deny

orocloud: Network

__version__: str
_rooms: set[str]
