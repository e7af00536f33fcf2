package temporal

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// namespaceRefresh is how often the server's parts re-read the namespaces,
// and so how long a new search attribute may go unnoticed.
const namespaceRefresh = time.Second

// dynamicConfig returns the settings in which one server on a laptop differs
// from a production cluster.
func dynamicConfig() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// The default of 20 polls a second adds up to 50 ms to every step of a
		// workflow when nothing else happens on the machine.
		dynamicconfig.TransferProcessorMaxPollRPS.Key():   2000,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():      2000,
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key(): 2000,

		// A timer may fire up to a second late by default. That is nothing on the
		// wall, and an hour to a plan that is replayed 3,600 times as fast.
		dynamicconfig.TimerProcessorMaxTimeShift.Key(): 10 * time.Millisecond,

		// A close notification can be lost between two long polls. The waiting
		// caller then hears of it at the end of the poll: 20 s by default.
		dynamicconfig.HistoryLongPollExpirationInterval.Key(): time.Second,

		// New search attributes are usable at once. Each read then goes to the
		// database, hence the larger limits.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
		dynamicconfig.NamespaceCacheRefreshInterval.Key():           namespaceRefresh,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():               10000,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                45000,

		// Nothing here calls the internet.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
}
