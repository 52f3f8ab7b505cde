// SPDX-License-Identifier: MIT
#include "h2_connection.hpp"
#include "h2_stream.hpp"

#include <utility>

namespace pottle::server {

void H2Tunnel::accept(const Headers& fields) {
    H2Connection& connection = owner_.connection();
    connection.session().send_head(
        owner_.stream(), {.status = 200, .headers = &fields, .preset = connection.preset_fields()},
        h2::EndStream::No, connection.out());
    connection.wrote();
}

async::IoResult H2Tunnel::read(std::span<char> into) noexcept {
    const std::size_t taken = owner_.body().take(into);
    if (taken > 0) {
        owner_.connection().consumed(owner_.stream(), taken);
        return async::IoResult::done(taken);
    }
    if (owner_.body().over()) return async::IoResult::end();
    if (owner_.stream().was_reset || owner_.connection().broken())
        return async::IoResult::failed(Error::peer(Errc::Reset, 0, "the stream was reset"));
    return async::IoResult::would_block();
}

async::IoResult H2Tunnel::write(std::span<const std::string_view> pieces) noexcept {
    h2::Stream& stream = owner_.stream();
    H2Connection& connection = owner_.connection();
    if (stream.closed() || stream.local_closed || connection.broken())
        return async::IoResult::failed(Error::peer(Errc::Reset, 0, "the stream was reset"));
    std::size_t room = connection.high_water();
    room -= std::min(room, stream.queue.size());
    if (room == 0) {
        waits_ = true;
        return async::IoResult::would_block();
    }
    std::string data;
    for (const std::string_view piece : pieces) data += piece.substr(0, room - data.size());
    const std::size_t size = data.size();
    connection.session().send_data(stream, std::move(data), h2::EndStream::No,
                                   connection.may_write(), connection.out());
    connection.wrote();
    return async::IoResult::done(size);
}

void H2Tunnel::on_input() noexcept {
    if (observer_) observer_->on_readable();
}

void H2Tunnel::on_gone() noexcept {
    if (observer_ && !std::exchange(gone_, true)) observer_->on_peer_closed();
}

void H2Tunnel::on_writable() noexcept {
    waits_ = false;
    if (observer_) observer_->on_writable();
}

void H2Tunnel::reset() noexcept {
    observer_ = nullptr;
    waits_ = gone_ = false;
}

}  // namespace pottle::server
