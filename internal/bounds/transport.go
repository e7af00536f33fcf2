package bounds

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"headroom/capacity"
)

// The addresses beside loopback and link-local ones that no policy may reach: they give
// away the credentials of a machine, or stand for the machine itself.
var (
	metadata = map[netip.Addr]bool{
		netip.MustParseAddr("fd00:ec2::254"):   true, // Amazon EC2
		netip.MustParseAddr("100.100.100.200"): true, // Alibaba Cloud
		netip.MustParseAddr("168.63.129.16"):   true, // Azure
	}
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")
	translated  = netip.MustParsePrefix("64:ff9b::/96") // NAT64: an IPv4 address in the last four bytes
)

// Internal reports whether an address is loopback, link-local, multicast, unspecified or
// that of a cloud's metadata.
func Internal(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	if translated.Contains(ip) {
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	return ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || thisNetwork.Contains(ip) || metadata[ip]
}

// Transport carries requests to hosts that policies name. A connection to an address that
// is [Internal] is refused with ErrRefused, whichever name or redirect led to it; where
// the host is named by the worker's settings, none is.
func Transport(named bool) http.RoundTripper {
	if named {
		return http.DefaultTransport
	}
	return guarded
}

var guarded = func() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, ControlContext: refuse}).DialContext
	return t
}()

// refuse refuses an address before a connection to it is made.
func refuse(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("connect to %q: %w: %w", address, err, capacity.ErrRefused)
	}
	if Internal(to.Addr()) {
		return fmt.Errorf("the name leads to an address of the worker's own machine, link-local or metadata, which no policy may reach; ask who runs the workers to name the host in %s, %s or %s: %w",
			sourcesVariable, targetsVariable, channelsVariable, capacity.ErrRefused)
	}
	return nil
}
