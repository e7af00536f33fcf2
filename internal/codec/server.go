package codec

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"

	"go.temporal.io/sdk/converter"
)

// largest is the most bytes that one request may have: some pages of payloads,
// of which Temporal takes none above 2 MB.
const largest = 16 << 20

// atOnce is how many requests are answered at once; further ones are told to come again.
const atOnce = 8

// A Server opens payloads for Temporal's Web UI and command line: POST /decode
// and /encode, by the protocol that they have for this. The page in the browser
// asks it itself, so it must allow the page's origin.
type Server struct {
	Keys Keys
	// Origins are the addresses of Web UIs whose pages may ask, such as
	// http://127.0.0.1:8233. A request that tells another origin is refused; one
	// that tells none does not come from a page.
	Origins []string
	// Token, if not empty, must be sent as "Authorization: Bearer TOKEN".
	Token string
}

// Handler answers the requests.
func (s Server) Handler() http.Handler {
	free := make(chan struct{}, atOnce)
	decode := converter.NewPayloadCodecHTTPHandler(Codec{Keys: s.Keys})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for _, path := range []string{"/decode", "/encode"} {
		mux.HandleFunc("OPTIONS "+path, s.preflight)
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			if !s.admit(w, r) {
				return
			}
			select {
			case free <- struct{}{}:
				defer func() { <-free }()
			default:
				w.Header().Set("Retry-After", "1")
				http.Error(w, "this codec server answers 8 requests at once: come again in a second", http.StatusTooManyRequests)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, largest)
			decode.ServeHTTP(w, r)
		})
	}
	return mux
}

// preflight answers a browser that asks what a page may send.
func (s Server) preflight(w http.ResponseWriter, r *http.Request) {
	if !s.fromPage(w, r) {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// admit reports whether a request may be answered; if not, it was refused.
func (s Server) admit(w http.ResponseWriter, r *http.Request) bool {
	if !s.fromPage(w, r) {
		return false
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if s.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) != 1 {
		http.Error(w, "send the token of this codec server as Authorization: Bearer TOKEN", http.StatusUnauthorized)
		return false
	}
	return true
}

// fromPage allows a page to read the answer, if its origin is one of ours, and
// refuses the request if it is another.
func (s Server) fromPage(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	w.Header().Add("Vary", "Origin")
	if !slices.Contains(s.Origins, origin) {
		http.Error(w, "pages of "+origin+" may not ask this codec server: allow them with --origin", http.StatusForbidden)
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	if s.Token != "" {
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	}
	return true
}
