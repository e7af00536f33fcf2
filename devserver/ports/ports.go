// Package ports finds and checks the TCP ports that a server listens on.
package ports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// Ports are taken from below the range from which Linux, macOS and Windows
// take the ports of outgoing connections. A client that keeps dialling a
// stopped server would otherwise, sooner or later, be given the very port that
// it dials, connect to itself and so keep the server from coming back. Who starts
// a server finds the ports that it hands in below this range, so that none of them
// is found here before it is listened on.
const (
	lowest  = 26000
	highest = 31999
)

// Loopback returns an error unless ip is a numeric loopback address.
func Loopback(ip string) error {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return fmt.Errorf("address %q is not an IP address", ip)
	}
	if !addr.IsLoopback() {
		return fmt.Errorf("address %s is not loopback: these servers have no protection of their own, so use 127.0.0.1", ip)
	}
	return nil
}

// Check returns an error if nothing can listen on the port of ip right now.
func Check(ip string, port int) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s:%d: the port is taken: stop the program that has it or choose another port", ip, port)
	case err != nil:
		return fmt.Errorf("listen on %s:%d: %w", ip, port, err)
	}
	return listener.Close()
}

// Free returns n different ports of ip on which nothing listens.
func Free(ip string, n int) ([]int, error) {
	free := make([]int, 0, n)
	for tries := 0; len(free) < n && tries < 1000; tries++ {
		port := lowest + rand.IntN(highest-lowest+1)
		listener, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
		if err != nil {
			continue
		}
		defer listener.Close() // only at the end, so that no port is found twice
		free = append(free, port)
	}
	if len(free) < n {
		return nil, fmt.Errorf("find %d free ports of %s between %d and %d: found %d", n, ip, lowest, highest, len(free))
	}
	return free, nil
}
