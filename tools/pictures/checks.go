package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// checks counts what was looked at, and lists what was wrong.
type checks struct {
	out    io.Writer
	folder string // where pictures are written; "" is nowhere
	made   int
	failed []string
}

// expect notes one check; the words say what should be so.
func (c *checks) expect(so bool, words string, args ...any) {
	c.made++
	text := fmt.Sprintf(words, args...)
	if so {
		fmt.Fprintf(c.out, "ok      %s\n", text)
		return
	}
	c.failed = append(c.failed, text)
	fmt.Fprintf(c.out, "FAILED  %s\n", text)
}

// verdict is the checks that failed, as an error.
func (c *checks) verdict() error {
	if len(c.failed) == 0 {
		fmt.Fprintf(c.out, "%d checks passed\n", c.made)
		return nil
	}
	err := fmt.Errorf("%d of %d checks failed", len(c.failed), c.made)
	for _, text := range c.failed {
		err = fmt.Errorf("%w\n  - %s", err, text)
	}
	return err
}

// page checks that nothing went wrong in a tab, and lists where else it wanted
// to go.
func (c *checks) page(name string, p *tab) {
	wrong, foreign := p.seen()
	c.expect(len(wrong) == 0, "%s causes no error: %q", name, wrong)
	for _, address := range foreign {
		fmt.Fprintf(c.out, "note    %s asks for %s\n", name, address)
	}
}

// picture writes a part of a tab, which an expression of JavaScript gives.
func (c *checks) picture(p *tab, name, clip string) error {
	if c.folder == "" {
		return nil
	}
	area, err := chromedp.Run(p.ctx, chromedp.Evaluate[page.Viewport](clip))
	if err != nil {
		return fmt.Errorf("measure for %s: %w", name, err)
	}
	area.Scale = 1
	// Only where it must be: it lays the page out anew, and the Temporal UI then
	// draws its summaries again, too late for the picture.
	beyond := area.Y+area.Height > float64(p.height)
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &area, CaptureBeyondViewport: &beyond})
	if err != nil {
		return fmt.Errorf("take %s: %w", name, err)
	}
	small, err := shrink(shot.Data)
	if err != nil {
		return fmt.Errorf("shrink %s: %w", name, err)
	}
	c.expect(len(small) < 250_000, "%s has %d kB, less than 250", name, len(small)/1000)
	if err := os.WriteFile(filepath.Join(c.folder, name), small, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
