/**
 * The load: a closed loop of clients against the etcd v3 API. Requests are encoded by hand into bytes that are used again, and
 * responses are thrown away unread but for their status, so that the generator costs less than the server that it measures. All
 * connections share few event loops, on epoll where it is there.
 */
@NullMarked
package io.quorate.bench.load;

import org.jspecify.annotations.NullMarked;
