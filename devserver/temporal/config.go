package temporal

import (
	"net"
	"strconv"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"

	"headroom/devserver/ports"
)

const (
	clusterName = "active"
	// clusterID only has to be a UUID; it names this one-node cluster.
	clusterID = "6c1a3ce3-9d4a-4d29-8f5f-6f0e1c8b7a10"
)

// listenPorts are the gRPC ports of the four services of a Temporal server,
// and the port of the frontend's HTTP API, which Nexus needs. Only the
// frontend's gRPC port is the user's business.
func listenPorts(s Settings) (grpc map[primitives.ServiceName]int, http int, err error) {
	free, err := ports.Free(s.IP, 4)
	if err != nil {
		return nil, 0, err
	}
	return map[primitives.ServiceName]int{
		primitives.FrontendService: s.Port,
		primitives.HistoryService:  free[0],
		primitives.MatchingService: free[1],
		primitives.WorkerService:   free[2],
	}, free[3], nil
}

// serverConfig is the configuration file that a Temporal server would read.
func serverConfig(s Settings, listen map[primitives.ServiceName]int, http int, store *config.SQL) *config.Config {
	frontend := hostPort(s.IP, s.Port)
	c := &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: s.IP},
		},
		Persistence: config.Persistence{
			DefaultStore:     sqlite.PluginName,
			VisibilityStore:  sqlite.PluginName,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{sqlite.PluginName: {SQL: store}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend, HTTPAddress: hostPort(s.IP, http), ClusterID: clusterID},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            map[string]config.Service{},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{
			Archival: config.ArchivalNamespaceDefaults{
				History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
				Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
			},
		},
		PublicClient: config.PublicClient{HostPort: frontend},
	}
	for service, port := range listen {
		c.Services[string(service)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: s.IP}}
	}
	api := c.Services[string(primitives.FrontendService)]
	api.RPC.HTTPPort = http
	c.Services[string(primitives.FrontendService)] = api
	if s.MetricsPort > 0 {
		c.Global.Metrics = &metrics.Config{Prometheus: &metrics.PrometheusConfig{
			ListenAddress: hostPort(s.IP, s.MetricsPort),
			HandlerPath:   "/metrics",
		}}
	}
	return c
}

// hosts tells each service where the others are, in place of gossip.
func hosts(ip string, listen map[primitives.ServiceName]int) map[primitives.ServiceName]static.Hosts {
	all := make(map[primitives.ServiceName]static.Hosts, len(listen))
	for service, port := range listen {
		all[service] = static.SingleLocalHost(hostPort(ip, port))
	}
	return all
}

func hostPort(ip string, port int) string { return net.JoinHostPort(ip, strconv.Itoa(port)) }
