package temporal

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// startUI serves the Web UI and returns once it answers. The caller must have
// checked that the port is free: the UI server ends the process otherwise.
func startUI(ctx context.Context, s Settings) (stop func(), err error) {
	ui := server.NewServer(server_options.WithConfigProvider(&config.Config{
		TemporalGRPCAddress: hostPort(s.IP, s.Port),
		Host:                s.IP,
		Port:                s.UIPort,
		EnableUI:            true,
		DefaultNamespace:    s.Namespace,
		HideLogs:            true,
		DisableNewsFetch:    true,  // no request to the internet
		NotifyOnNewVersion:  false, // none here either
		CORS:                config.CORS{CookieInsecure: true},
		Codec:               config.Codec{Endpoint: s.Codec},
	}))
	go func() { _ = ui.Start() }() // it reports an error by ending the process

	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	url := "http://" + hostPort(s.IP, s.UIPort) + "/healthz"
	for {
		if answers(ctx, url) {
			return ui.Stop, nil
		}
		select {
		case <-ctx.Done():
			ui.Stop()
			return nil, fmt.Errorf("wait for the Web UI on %s: %w", hostPort(s.IP, s.UIPort), ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}
