package devstack

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

const loopback = "127.0.0.1"

// Free ports are taken from below the range from which the system takes the
// ports of outgoing connections. A worker that keeps dialling a stopped server
// would otherwise, sooner or later, be given the very port that it dials,
// connect to itself and so keep the server from coming back. The servers find the
// ports that are nobody else's business above this range.
const (
	lowestFree  = 20000
	highestFree = 25999
)

// ports returns the wanted ports with a free one for every 0. It keeps all of
// them open until the last is found, so that they differ.
func ports(wanted ...int) ([]int, error) {
	found := make([]int, len(wanted))
	for i, port := range wanted {
		if port == 0 {
			continue
		}
		listener, err := listen(port)
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		found[i] = port
	}
	for i, port := range wanted {
		for tries := 0; port == 0 && found[i] == 0; tries++ {
			try := lowestFree + rand.IntN(highestFree-lowestFree+1)
			listener, err := listen(try)
			switch {
			case err == nil:
				defer listener.Close()
				found[i] = try
			case tries == 1000:
				return nil, fmt.Errorf("find a free port of %s between %d and %d: %w", loopback, lowestFree, highestFree, err)
			}
		}
	}
	return found, nil
}

func listen(port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", address(port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen on %s: the port is taken: stop the program that has it, or choose another port (0 is a free one)", address(port))
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", address(port), err)
	}
	return listener, nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
