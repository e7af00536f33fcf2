package app

import (
	"context"
	"fmt"
	"net/http"

	"headroom/adapters/aws"
	"headroom/adapters/prometheus"
	"headroom/capacity"
)

// Metrics reads how to sign in to servers of metrics through lookup:
//
//	HEADROOM_PROMETHEUS_CONFIG  file of servers, by host (none)
//	HEADROOM_PROMETHEUS_HOST    the one host that the two below are sent to
//	HEADROOM_PROMETHEUS_TOKEN   bearer token (none)
//	HEADROOM_PROMETHEUS_TENANT  tenant of Mimir or Cortex (none)
func Metrics(lookup func(string) (string, bool)) (prometheus.Source, error) {
	value := func(name string) string {
		v, _ := lookup("HEADROOM_PROMETHEUS_" + name)
		return v
	}
	var servers []prometheus.Server
	if file := value("CONFIG"); file != "" {
		var err error
		if servers, err = prometheus.ReadServers(file); err != nil {
			return prometheus.Source{}, fmt.Errorf("HEADROOM_PROMETHEUS_CONFIG: %w", err)
		}
	}
	host, token, tenant := value("HOST"), value("TOKEN"), value("TENANT")
	switch {
	case host == "" && token+tenant != "":
		return prometheus.Source{}, fmt.Errorf("HEADROOM_PROMETHEUS_TOKEN and HEADROOM_PROMETHEUS_TENANT are sent to one host: set HEADROOM_PROMETHEUS_HOST to it, such as prometheus.example.com: %w", capacity.ErrBadPolicy)
	case host != "" && token+tenant == "":
		return prometheus.Source{}, fmt.Errorf("HEADROOM_PROMETHEUS_HOST is set without HEADROOM_PROMETHEUS_TOKEN and HEADROOM_PROMETHEUS_TENANT: set one of them, or unset it: %w", capacity.ErrBadPolicy)
	case host != "":
		servers = append(servers, prometheus.Bearer(host, token, tenant))
	}
	opened, err := prometheus.Open(context.Background(), signed, servers...)
	if err != nil {
		return prometheus.Source{}, fmt.Errorf("HEADROOM_PROMETHEUS_*: %w", err)
	}
	return prometheus.Source{Servers: opened}, nil
}

// signed signs calls to Amazon Managed Service for Prometheus.
func signed(ctx context.Context, s prometheus.SigV4, next http.RoundTripper) (http.RoundTripper, error) {
	return aws.Signer{Service: "aps", Region: s.Region, Profile: s.Profile, Role: s.RoleARN}.Through(ctx, next)
}
