package io.quorate.node.memory;

import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.Wakeup;
import org.jspecify.annotations.Nullable;

/** One process's side of a {@link MemoryNetwork}. */
public final class MemoryLinks implements PeerLinks {
    private final MemoryNetwork network;
    private final String url;
    private final Wakeup wakeup;
    private @Nullable Acceptor acceptor;
    private boolean alive = true;

    MemoryLinks(MemoryNetwork network, String url, Wakeup wakeup) {
        this.network = network;
        this.url = url;
        this.wakeup = wakeup;
    }

    String url() {
        return url;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isAccepting() {
        return alive && acceptor != null;
    }

    @Override
    public void accept(Acceptor toAsk) {
        acceptor = toAsk;
    }

    @Override
    public void connect(String peerUrl, Handler handler) {
        network.dialled();
        if (network.isPartitioned(url, peerUrl)) {
            network.at(
                    network.now() + network.settings().connectTimeoutNanos(),
                    () -> failed(handler, CloseReason.UNREACHABLE, "no answer from " + peerUrl));
        } else {
            network.at(network.now() + network.delay(), () -> arrive(peerUrl, handler));
        }
    }

    /** The dialler's first packet reaches the other side. */
    private void arrive(String peerUrl, Handler handler) {
        MemoryLinks there = network.place(peerUrl);
        if (!alive) {
            return;
        }
        if (there == null || there.acceptor == null) {
            network.at(
                    network.now() + network.delay(),
                    () -> failed(handler, CloseReason.REFUSED, peerUrl + " refuses connections"));
            return;
        }
        MemoryLink here = new MemoryLink(network, this, peerUrl, handler, true);
        MemoryLink far = new MemoryLink(network, there, url, there.acceptor.accept(), false);
        here.pairWith(far);
        far.pairWith(here);
        network.add(here);
        network.add(far);
        far.open();
        network.at(network.now() + network.delay(), here::open);
    }

    private void failed(Handler handler, CloseReason reason, String detail) {
        if (alive) {
            handler.closed(null, reason, detail);
            wakeup.wake();
        }
    }

    /** After a handler heard something. */
    void wake() {
        wakeup.wake();
    }

    void die() {
        alive = false;
    }
}
