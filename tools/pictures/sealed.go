package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"

	"github.com/chromedp/chromedp"
)

// newKey draws a key that seals what Temporal keeps.
func newKey(ctx context.Context, binary string) (string, error) {
	key, err := exec.CommandContext(ctx, binary, "codec", "key").Output()
	if err != nil {
		return "", fmt.Errorf("draw a key: %w", err)
	}
	return strings.TrimSpace(string(key)), nil
}

// planted is what the policy of the demonstration says, among the first things.
const planted = "s3://load-history/chat/"

// checkSealed looks at a demonstration with a key: the Temporal server hands out
// ciphers, and the page shows what is in them, since the browser asks the codec
// server.
func checkSealed(browser context.Context, d *demo, c *checks) error {
	for _, address := range d.runs {
		id, err := workflowID(address)
		if err != nil {
			return err
		}
		history, err := served(browser, d.ui, address)
		if err != nil {
			return err
		}
		encrypted := []byte(base64.StdEncoding.EncodeToString([]byte("binary/encrypted")))
		c.expect(bytes.Contains(history, encrypted) && !holds(history, planted), "sealed: Temporal has only ciphers of %s", id)
		// No second picture of the run: only what is seen on it.
		seen := &checks{out: c.out}
		if err := checkRun(browser, address, seen); err != nil {
			return err
		}
		c.made += seen.made
		c.failed = append(c.failed, seen.failed...)
	}
	return checkOpened(browser, d.runs[1], c)
}

// checkOpened looks for what the plan was given, which only the codec server can
// open, and takes the picture of it.
func checkOpened(browser context.Context, address string, c *checks) error {
	p, done, err := open(browser, address, uiWidth, uiHeight, "light")
	if err != nil {
		return err
	}
	defer done()
	c.expect(p.shows(summaries), "sealed: the steps of the plan have readable summaries")
	at, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		return fmt.Errorf("ask where the plan's run is: %w", err)
	}
	base := strings.TrimSuffix(strings.SplitN(at, "?", 2)[0], "/timeline")
	if err := p.visit(base + "/history"); err != nil {
		return err
	}
	c.expect(p.shows(fmt.Sprintf(`document.body.innerText.includes(%q)`, planted)), "sealed: the page shows what the plan was given")
	if err := c.picture(p, "temporal-sealed.png", `({x: 256, y: 48, width: innerWidth - 256, height: 610})`); err != nil {
		return err
	}
	_, foreign := p.seen()
	asked := false
	for _, f := range foreign {
		asked = asked || strings.Contains(f, "/decode")
	}
	c.expect(asked, "sealed: the browser asks the codec server: %q", foreign)
	c.page("the sealed plan", p)
	return nil
}

// served is the history of a run as the server hands it out, without a codec.
func served(ctx context.Context, ui, address string) ([]byte, error) {
	at := ui + "/api/v1/namespaces/default/workflows/" + address[strings.LastIndex(address, "/")+1:] + "/history"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for the history at %s: %w", at, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask for the history: %w", err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s: %s", response.Status, data)
	}
	if err != nil {
		return nil, fmt.Errorf("read the history at %s: %w", at, err)
	}
	return data, nil
}

// holds reports whether a history as JSON has the words in clear, in which
// payloads are base64.
func holds(history []byte, words string) bool {
	for _, field := range bytes.Split(history, []byte(`"data":"`)) {
		end := bytes.IndexByte(field, '"')
		if end < 0 {
			continue
		}
		clear, err := base64.StdEncoding.DecodeString(string(field[:end]))
		if err == nil && bytes.Contains(clear, []byte(words)) {
			return true
		}
	}
	return bytes.Contains(history, []byte(words))
}
