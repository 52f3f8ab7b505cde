// SPDX-License-Identifier: MIT
#include "trace.hpp"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

namespace pottle::h1::test {

namespace {

std::string_view form_name(TargetForm form) {
    switch (form) {
        case TargetForm::Origin:
            return "origin";
        case TargetForm::Absolute:
            return "absolute";
        case TargetForm::Authority:
            return "authority";
        case TargetForm::Asterisk:
            return "asterisk";
    }
    return "";
}

std::string framing_text(const Head& head) {
    switch (head.framing) {
        case Framing::None:
            return "none";
        case Framing::Length:
            return "length=" + std::to_string(head.content_length);
        case Framing::Chunked:
            return "chunked";
    }
    return "";
}

std::string fields_text(http::Fields fields) {
    std::string text;
    for (const http::Field& field : fields)
        text.append(" {").append(field.name).append("}={").append(field.value).append("}");
    return text;
}

/// "GET 1.1 origin path=/ query= host=a none keep-alive"
std::string head_text(const Head& head) {
    std::string text(head.method_text);
    text.append(" ").append(version_name(head.version));
    text.append(" ").append(form_name(head.form));
    text.append(" path=").append(head.path);
    text.append(" query=").append(head.query);
    text.append(" host=").append(head.authority);
    text.append(" ").append(framing_text(head));
    text.append(head.keep_alive ? " keep-alive" : " close");
    if (head.expect_continue) text += " continue";
    if (head.has_upgrade) text += " upgrade";
    return text;
}

class Recorder {
public:
    explicit Recorder(const Limits& limits) : reader_(limits) {}

    /// Returns: false when the reader failed.
    bool feed(std::string_view piece) {
        input_.append(piece);
        while (true) {
            const auto block = std::make_unique<char[]>(input_.size());
            std::ranges::copy(input_, block.get());
            Head head;
            const Event event = reader_.next({block.get(), input_.size()}, head, *scratch_);
            record(event, head);
            if (event.kind == Event::Kind::NeedMore) return true;
            if (event.kind == Event::Kind::Error) return false;
            input_.erase(0, event.consumed);
        }
    }
    Trace take() { return std::move(trace_); }

private:
    void record(const Event& event, const Head& head) {
        if (event.kind == Event::Kind::NeedMore) {
            trace_.consistent &= event.consumed == 0;
            return;
        }
        if (event.kind == Event::Kind::Data) {
            trace_.consistent &= !event.data.empty() && event.consumed >= event.data.size();
            if (!in_data_) add("data=");
            in_data_ = true;
            add(event.data);
            return;
        }
        if (in_data_) add("\n");
        in_data_ = false;
        switch (event.kind) {
            case Event::Kind::Head:
                add(head_text(head));
                trace_.full += " target=" + std::string(head.target) + fields_text(head.fields);
                add("\n");
                break;
            case Event::Kind::End:
                add("end" + fields_text(event.trailers) + "\n");
                trace_.consistent &= reader_.message_done() && !reader_.idle();
                reader_.next_message();
                trace_.consistent &= reader_.idle();
                break;
            case Event::Kind::Error: {
                add("error " + std::to_string(event.error.status) + "\n");
                trace_.full += event.error.text;
                trace_.error = event.error;
                Head ignored;
                const Event again =
                    reader_.next("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ignored, *scratch_);
                trace_.consistent &= event.consumed == 0 && again.kind == Event::Kind::Error &&
                                     again.error.text == event.error.text;
                break;
            }
            default:
                break;
        }
    }
    void add(std::string_view text) {
        trace_.brief += text;
        trace_.full += text;
    }

    Reader reader_;
    std::unique_ptr<HeadScratch> scratch_ = std::make_unique<HeadScratch>();
    std::string input_;
    Trace trace_;
    bool in_data_ = false;
};

}  // namespace

Trace read_in_pieces(std::string_view wire, const std::vector<std::size_t>& cuts,
                     const Limits& limits) {
    Recorder recorder(limits);
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        if (!recorder.feed(wire.substr(from, cut - from))) return recorder.take();
        from = cut;
    }
    recorder.feed(wire.substr(from));
    return recorder.take();
}

Trace read_whole(std::string_view wire, const Limits& limits) {
    return read_in_pieces(wire, {}, limits);
}

Trace read_bytewise(std::string_view wire, const Limits& limits) {
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 0; cut < wire.size(); ++cut) cuts.push_back(cut);
    return read_in_pieces(wire, cuts, limits);
}

Trace read_randomly(std::string_view wire, std::uint32_t seed, const Limits& limits) {
    std::mt19937 random(seed);
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 1 + random() % 24; cut < wire.size(); cut += 1 + random() % 24)
        cuts.push_back(cut);
    return read_in_pieces(wire, cuts, limits);
}

Trace read_every_way(std::string_view wire, const Limits& limits) {
    const Trace whole = read_whole(wire, limits);
    CHECK(whole.consistent);
    const auto check_same = [&whole](const Trace& other) {
        CHECK(other.full == whole.full);
        CHECK(other.consistent);
    };
    check_same(read_bytewise(wire, limits));
    for (std::uint32_t seed = 1; seed <= 8; ++seed) check_same(read_randomly(wire, seed, limits));
    return whole;
}

}  // namespace pottle::h1::test
