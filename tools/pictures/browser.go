package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// findChromium is the browser that CHROME names, or else one in PATH.
func findChromium() (string, error) {
	if path := os.Getenv("CHROME"); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("find the browser of CHROME: %w", err)
		}
		return found, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("no Chromium is in PATH: install one (apt-get install chromium), or name one with CHROME=/path/to/chrome")
}

// startChromium starts the browser, headless; cancel ends it.
func startChromium(ctx context.Context, path string) (browser context.Context, cancel context.CancelFunc, err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		// The pages are local. No name resolves, so that a picture never depends
		// on what the internet answers.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("hide-scrollbars", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.Flag("no-sandbox", true)) // Chromium's sandbox refuses root
	}
	allocated, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, closeTab := chromedp.NewContext(allocated)
	cancel = func() { closeTab(); stop() }
	if err := chromedp.Do(browser); err != nil {
		cancel()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, cancel, nil
}
