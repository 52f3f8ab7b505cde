// SPDX-License-Identifier: MIT
#include <pottle/async/stream_io.hpp>

namespace pottle::async {

StreamError::~StreamError() = default;

const char* StreamError::what() const noexcept {
    return error_.text.empty() ? "the stream failed" : error_.text.data();
}

bool StreamIo::Ready::arm() {
    POTTLE_REQUIRE(!place_, "two reads or two writes wait on one stream");
    place_ = this;
    return true;
}

void StreamIo::Ready::tell(Ready*& place) noexcept {
    if (Ready* waiting = std::exchange(place, nullptr)) waiting->complete();
}

// coroutine-ok: the span is the caller's, who awaits this task and keeps the memory
Task<std::size_t> StreamIo::read_some(std::span<char> into) {
    CancelScope& scope = co_await current_scope();
    for (;;) {
        scope.check();
        const IoResult result = stream_.read(into);
        switch (result.kind) {
            case IoResult::Kind::Done:
                co_return result.count;
            case IoResult::Kind::End:
                co_return 0;
            case IoResult::Kind::Failed:
                throw StreamError(result.error);
            case IoResult::Kind::WouldBlock:
                co_await Ready(reader_);
        }
    }
}

Task<> StreamIo::write_all(std::string data) {
    CancelScope& scope = co_await current_scope();
    std::string_view rest = data;
    while (!rest.empty()) {
        scope.check();
        const IoResult result = stream_.write({&rest, 1});
        if (result.kind == IoResult::Kind::Failed) throw StreamError(result.error);
        if (result.kind == IoResult::Kind::WouldBlock) co_await Ready(writer_);
        rest.remove_prefix(result.count);
    }
}

// coroutine-ok: as above
Task<std::size_t> read_some(Stream& stream, std::span<char> into) {
    StreamIo io(stream);
    co_return co_await io.read_some(into);
}

Task<> write_all(Stream& stream, std::string data) {
    StreamIo io(stream);
    co_await io.write_all(std::move(data));
}

}  // namespace pottle::async
