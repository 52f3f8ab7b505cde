// SPDX-License-Identifier: MIT
/// \file
/// Any octets of a client, in any split, give the same events of an HTTP/2 connection or the same
/// error blamed on the peer; what the session writes is whole frames that a client can read,
/// whatever the server does with its requests meanwhile.
///
/// The first octet chooses limits and whether a proper beginning is put in front, the second what
/// is done with each stream; the rest is what the client sends.
#include <pottle/http/token.hpp>
#include <pottle/proto/h2/session.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <support/h2_frames.hpp>

using namespace pottle;
using namespace pottle::h2;

namespace {

constexpr std::size_t kLargestFrame = 9 + 16384;

void demand(bool condition) {
    if (!condition) std::abort();
}

bool is_clean(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

void demand_clean(http::Fields fields) {
    for (const http::Field& field : fields) {
        demand(http::is_token(field.name) && is_clean(field.value));
        for (const char c : field.name) demand(c < 'A' || c > 'Z');
    }
}

/// What a client sees: frames one after the other, and nothing of a stream behind its end.
class Client {
public:
    void read(std::string_view octets) {
        for (const h2test::Frame& frame : reader_.read(octets)) {
            demand(frame.payload.size() <= 16384);
            demand(!gone_);
            gone_ = frame.type == h2test::kGoAway && h2test::read_u32(frame.payload.substr(4)) != 0;
            const bool ends = (frame.flags & h2test::kEndStream) != 0;
            switch (frame.type) {
                case h2test::kData:
                case h2test::kHeaders:
                    demand(!ended_.contains(frame.stream) && !reset_.contains(frame.stream));
                    if (ends) ended_.insert(frame.stream);
                    break;
                case h2test::kRstStream:
                    reset_.insert(frame.stream);
                    break;
                default:
                    break;
            }
        }
    }

private:
    h2test::FrameReader reader_;
    std::set<std::uint32_t> ended_, reset_;
    bool gone_ = false;
};

Limits choose_limits(unsigned bits) {
    if ((bits & 2) == 0) return {};
    return {.streams = 3,
            .header_list = 600,
            .fields = 8,
            .path = 40,
            .continuations = 2,
            .stream_window = 65535,
            .connection_window = 65535,
            .largest_window = (bits & 4) != 0 ? 0U : 1U << 20,
            .reset_burst = 5,
            .control_burst = 20,
            .push = (bits & 8) == 0,
            .extended_connect = (bits & 16) != 0};
}

/// A server whose handlers do something else for each stream, the same in every run.
class Server final : public StreamOwner {
public:
    Server(Limits limits, unsigned seed)
        : limits_(limits), seed_(seed), session_(limits_, scratch_, 0) {
        session_.start(out_);
    }
    void on_sent(std::size_t) noexcept override {}

    template <class PieceSize>
    std::string run(std::string_view wire, PieceSize piece) {
        std::string held;
        while (!wire.empty()) {
            const std::size_t size = std::min<std::size_t>(piece(), wire.size());
            held += wire.substr(0, size);
            wire.remove_prefix(size);
            if (!drain(held)) break;
        }
        session_.announce_end(out_);
        session_.refuse_new(out_);
        write();
        return trace_;
    }

private:
    bool drain(std::string& held) {
        for (;;) {
            http::RequestParts parts;
            const Event event = session_.next(held, parts, out_, now_);
            demand(event.consumed <= held.size());
            if (event.kind == Event::Kind::NeedMore) {
                held.erase(0, event.consumed);
                demand(held.size() <= kLargestFrame);
                return true;
            }
            ++now_;
            note(event, parts);
            write();
            held.erase(0, event.consumed);
            if (event.kind != Event::Kind::Error) continue;
            demand(session_.next(held, parts, out_, now_).kind == Event::Kind::Error);
            return false;
        }
    }

    void note(const Event& event, const http::RequestParts& parts) {
        const std::uint32_t id = event.stream ? event.stream->id : 0;
        // Data may be cut differently: the trace has its sum.
        if (event.kind != Event::Kind::Data) {
            trace_ += std::to_string(static_cast<int>(event.kind)) + ' ' + std::to_string(id) +
                      (event.end ? " end\n" : "\n");
        }
        switch (event.kind) {
            case Event::Kind::Head:
                return on_head(*event.stream, parts, event.end);
            case Event::Kind::Refused:
                demand(event.error.status >= 400 && event.error.status < 500);
                session_.send_head(*event.stream, {.status = event.error.status}, EndStream::Yes,
                                   out_);
                return session_.release(*event.stream, 0, out_);
            case Event::Kind::Data: {
                demand(!event.data.empty() && open_.contains(id));
                open_[id] += event.data.size();
                if (choice(id) != 3) session_.consumed(*event.stream, event.data.size(), out_);
                if (event.end) on_end(*event.stream);
                return;
            }
            case Event::Kind::Trailers:
                demand_clean(event.trailers);
                for (const http::Field& field : event.trailers)
                    trace_ += std::string(field.name) + '=' + std::string(field.value) + '\n';
                return on_end(*event.stream);
            case Event::Kind::End:
                return on_end(*event.stream);
            case Event::Kind::Reset:
                open_.erase(id);
                return session_.release(*event.stream, 0, out_);
            case Event::Kind::Error:
                demand(event.error.blame == Blame::Peer && event.error.wire_code > 0);
                trace_ += std::to_string(event.error.wire_code) + '\n';
                return;
            case Event::Kind::NeedMore:
                return;
        }
    }

    void on_head(Stream& stream, const http::RequestParts& parts, bool end) {
        const std::uint32_t id = stream.id;
        demand(id % 2 == 1 && id > last_);
        last_ = id;
        // Pushes of ours count beside the client's own.
        demand(session_.streams() <= 2UL * limits_.streams);
        demand(http::is_token(parts.method_text) && is_clean(parts.target));
        demand(!parts.authority.empty() && is_clean(parts.authority));
        demand_clean(parts.fields);
        demand(parts.protocol.empty() || limits_.extended_connect);
        trace_ += std::string(parts.method_text) + ' ' + std::string(parts.target) + '\n';
        stream.owner = this;
        open_[id] = 0;
        switch (choice(id)) {
            case 0:
                return answer(stream, 4, 0);
            case 1:
                return answer(stream, 40'000, 100);
            case 2:
                open_.erase(id);
                session_.reset(stream, ErrorCode::Cancel, out_);
                return session_.release(stream, 0, out_);
            default:
                if (end) on_end(stream);
        }
    }

    /// The request is complete: whoever waited for that answers.
    void on_end(Stream& stream) {
        const auto open = open_.find(stream.id);
        demand(open != open_.end());
        trace_ += std::to_string(open->second) + " octets\n";
        if (choice(stream.id) == 3) session_.consumed(stream, open->second, out_);
        answer(stream, 20, 0);
    }

    void answer(Stream& stream, std::size_t size, std::uint64_t discard) {
        session_.send_informational(stream, 103, {{"link", "</a>"}}, out_);
        if (Stream* pushed = choice(stream.id) == 5
                                 ? session_.push(stream, "/p", "e.org", "https", {}, out_)
                                 : nullptr) {
            pushed->owner = this;
            session_.send_head(*pushed, {}, EndStream::Yes, out_);
            session_.release(*pushed, 0, out_);
        }
        open_.erase(stream.id);
        session_.send_head(stream, {.content_type = "text/plain"}, EndStream::No, out_);
        const bool trailers = choice(stream.id) % 2 == 1;
        session_.send_data(stream, std::string(size, 'x'),
                           trailers ? EndStream::No : EndStream::Yes, true, out_);
        if (trailers) session_.send_trailers(stream, {{"x-sum", "1"}}, out_);
        session_.release(stream, discard, out_);
    }

    void write() {
        session_.flush(out_, out_.size() + 40'000);
        client_.read(std::exchange(out_, {}));
    }

    unsigned choice(std::uint32_t stream) const { return (seed_ + stream / 2 * 7) % 6; }

    const Limits limits_;
    const unsigned seed_;
    Scratch scratch_;
    Session session_;
    Client client_;
    std::string out_;
    std::string trace_;
    std::map<std::uint32_t, std::size_t> open_;  // octets of the bodies that are not complete
    std::uint32_t last_ = 0;
    Moment now_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const unsigned bits = data[0];
    const unsigned seed = data[1];
    std::string wire = (bits & 1) != 0 ? h2test::hello() : "";
    wire.append(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Limits limits = choose_limits(bits);
    const std::string whole = Server(limits, seed).run(wire, [&] { return wire.size(); });
    std::uint32_t state = seed;
    demand(Server(limits, seed).run(wire, [&state] {
        state = state * 1664525 + 1013904223;
        return std::size_t{1} + (state >> 24) % 40;
    }) == whole);
    return 0;
}
