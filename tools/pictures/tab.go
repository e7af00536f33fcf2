package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what it should.
const patience = 30 * time.Second

// A tab shows a page and remembers what went wrong in it.
type tab struct {
	ctx    context.Context
	origin string
	height int64

	mu       sync.Mutex
	wrong    []string // exceptions, console errors, own requests that failed
	foreign  []string // addresses beyond the origin that the page asked for
	requests map[network.RequestID]string
}

// open shows an address in a new tab of the given size, in light or dark.
func open(browser context.Context, address string, width, height int64, scheme string) (*tab, context.CancelFunc, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, fmt.Errorf("open %q: %w", address, err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	p := &tab{ctx: ctx, origin: u.Scheme + "://" + u.Host, height: height, requests: map[network.RequestID]string{}}
	steps := []func() error{
		func() error { return chromedp.Listen(ctx, p.listen) },
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { return chromedp.Do(ctx, size(width, height)) },
		func() error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			return err
		},
		func() error { return p.visit(address) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			cancel()
			return nil, nil, fmt.Errorf("open %s: %w", address, err)
		}
	}
	return p, cancel, nil
}

// size is a window, or below the width of a tablet a phone with a fine screen.
func size(width, height int64) chromedp.Action[chromedp.Void] {
	if width < 600 {
		return chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateScale(2))
	}
	return chromedp.EmulateViewport(width, height)
}

// visit goes to another address in the same tab.
func (p *tab) visit(address string) error {
	soon, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := chromedp.Do(soon, chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("go to %s: %w", address, err)
	}
	return nil
}

// listen notes what the browser tells about the tab. Only what the page's own
// origin serves can be this product's fault: a request to elsewhere (the
// Temporal UI asks whether there is a newer version) is listed, and its failure
// is none, since the browser is started without a way to the internet.
func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if o := e.ExceptionDetails.Exception; o != nil {
			text += " " + o.Description
		}
		p.wrong = append(p.wrong, "uncaught exception: "+text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			p.wrong = append(p.wrong, "console.error: "+words(e.Args))
		}
	case *log.EventEntryAdded:
		// Failed requests come as network events, with the address to judge by.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.wrong = append(p.wrong, "browser error: "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		address := e.Request.URL
		p.requests[e.RequestID] = address
		if !p.own(address) && !slices.Contains(p.foreign, address) {
			p.foreign = append(p.foreign, address)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 && p.own(e.Response.URL) {
			p.wrong = append(p.wrong, fmt.Sprintf("status %d from %s", e.Response.Status, e.Response.URL))
		}
	case *network.EventLoadingFailed:
		// A page cancels requests whose answers it no longer needs.
		if address := p.requests[e.RequestID]; !e.Canceled && p.own(address) {
			p.wrong = append(p.wrong, fmt.Sprintf("%s: %s", address, e.ErrorText))
		}
	}
}

func (p *tab) own(address string) bool {
	return strings.HasPrefix(address, p.origin) || strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "blob:")
}

// words are the arguments of a console call as text.
func words(args []*runtime.RemoteObject) string {
	var list []string
	for _, a := range args {
		text := a.Description
		if text == "" {
			text = strings.Trim(string(a.Value), `"`)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// seen are the troubles and the foreign addresses so far.
func (p *tab) seen() (wrong, foreign []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.wrong), slices.Clone(p.foreign)
}

// asked are the addresses that the tab asked for, in alphabetical order.
func (p *tab) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Values(p.requests))
}

// shows waits until an expression of JavaScript is true.
func (p *tab) shows(expression string) bool {
	soon, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	_, err := chromedp.Run(soon, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	return err == nil
}
