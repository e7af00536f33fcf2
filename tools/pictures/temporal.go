package main

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/chromedp/chromedp"
)

// The size of the Temporal UI's window: its tabs fit into one row.
const uiWidth, uiHeight = 1400, 1240

// checkList looks for every run in the list of workflows, completed.
func checkList(browser context.Context, d *demo, c *checks) error {
	p, done, err := open(browser, d.ui+"/namespaces/default/workflows", uiWidth, uiHeight, "light")
	if err != nil {
		return err
	}
	defer done()
	for _, address := range d.runs {
		id, err := workflowID(address)
		if err != nil {
			return err
		}
		row := fmt.Sprintf(`[...document.querySelectorAll('tr')].some(r => r.textContent.includes(%q) && /completed/i.test(r.innerText))`, id)
		c.expect(p.shows(row), "the workflow list shows %s as completed", id)
	}
	c.page("the workflow list", p)
	return nil
}

// summaries is JavaScript that is true once the timeline shows what its steps
// are: the UI renders each summary as Markdown in a frame of its own origin.
const summaries = `(() => {
  const frames = [...document.querySelectorAll('#event-history-timeline-graph iframe')];
  return frames.length > 0 && frames.every(f => f.getBoundingClientRect().width > 20 && f.contentDocument?.body?.innerText.trim());
})()`

// checkRun looks whether a run tells its story on its own pages: what each step
// did on the timeline, what it is for and what came of it as rendered Markdown,
// and the attributes it is found by.
func checkRun(browser context.Context, address string, c *checks) error {
	id, err := workflowID(address)
	if err != nil {
		return err
	}
	p, done, err := open(browser, address, uiWidth, uiHeight, "light")
	if err != nil {
		return err
	}
	defer done()
	c.expect(p.shows(`document.querySelectorAll('button[aria-label^="Event "][aria-label$=": Completed"]').length > 0`), "%s shows completed steps on its timeline", id)
	c.expect(p.shows(summaries), "%s shows a summary beside every step", id)
	if strings.HasPrefix(id, "execute/") {
		if err := c.picture(p, "temporal-run.png", `({x: 256, y: 48, width: innerWidth - 256, height: innerHeight - 48})`); err != nil {
			return err
		}
	}
	// Without a run ID the UI goes to the newest run; only then are there tabs.
	at, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		return fmt.Errorf("ask where %s is: %w", id, err)
	}
	base := strings.TrimSuffix(strings.SplitN(at, "?", 2)[0], "/timeline")

	if err := p.visit(base + "/user-metadata"); err != nil {
		return err
	}
	text := func(frame string) string {
		return fmt.Sprintf(`(document.querySelector('#user-metadata-%s')?.contentDocument?.body?.innerText ?? '').trim()`, frame)
	}
	c.expect(p.shows(text("summary")+` !== ''`), "%s has a summary", id)
	c.expect(p.shows(text("current-details")+` !== ''`), "%s has current details", id)
	c.expect(p.shows(`!/\*\*|\|---/.test(`+text("current-details")+`)`), "%s has details whose Markdown is rendered", id)

	if err := p.visit(base + "/search-attributes"); err != nil {
		return err
	}
	for _, name := range []string{"HeadroomService", "HeadroomStage", "HeadroomVerdict"} {
		c.expect(p.shows(fmt.Sprintf(`document.body.innerText.includes('"%s"')`, name)), "%s has the search attribute %s", id, name)
	}
	c.page(id, p)
	return nil
}

// workflowID is the last part of a run's address, such as "plan/chat".
func workflowID(address string) (string, error) {
	id, err := url.PathUnescape(path.Base(address))
	if err != nil {
		return "", fmt.Errorf("read the address %q: %w", address, err)
	}
	return id, nil
}
