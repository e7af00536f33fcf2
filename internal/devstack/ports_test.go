package devstack

import (
	"net"
	"testing"
)

func TestPorts(t *testing.T) {
	got, err := ports(0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, port := range got {
		if port < lowestFree || port > highestFree || seen[port] {
			t.Errorf("got %v, want different ports from %d to %d", got, lowestFree, highestFree)
		}
		seen[port] = true
	}
	again, err := ports(got[0], 0, got[1])
	if err != nil {
		t.Fatal(err)
	}
	if again[0] != got[0] || again[2] != got[1] || again[1] == got[0] || again[1] == got[1] {
		t.Errorf("got %v, want %d, another, %d", again, got[0], got[1])
	}
}

func TestPorts_Taken(t *testing.T) {
	listener, err := net.Listen("tcp", address(0))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = ports(0, listener.Addr().(*net.TCPAddr).Port, 0)
	checkError(t, err, "the port is taken")
}

func TestPorts_Twice(t *testing.T) {
	free, err := ports(0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ports(free[0], free[0])
	checkError(t, err, "the port is taken")
}
