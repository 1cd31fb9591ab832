package io.quorate.virtual;

/** Things that go wrong, drawn from the cluster's seed: one after another, some at once. */
final class Chaos {
    private static final long SETTLE_MILLIS = 20_000;
    private final VirtualCluster cluster;

    Chaos(VirtualCluster cluster) {
        this.cluster = cluster;
    }

    /** Plans the next fault until that time. */
    void until(long endNanos) {
        long wait = (long) (cluster.random.nextDouble() * 800 * VirtualTime.MILLI);
        cluster.time.after(wait, () -> {
            if (cluster.time.nanoTime() < endNanos) {
                fault();
                until(endNanos);
            }
        });
    }

    private void fault() {
        VirtualCluster.Node node = cluster.nodes.get(cluster.random.nextInt(cluster.nodes.size()));
        switch (cluster.random.nextInt(8)) {
            case 0 -> restart(node, node::kill);
            case 1 -> restart(node, node::powerLoss);
            case 2 -> restart(node, () -> node.powerLossWithin(6));
            case 3 -> cut(node);
            case 4 -> cluster.net.heal();
            case 5 -> cluster.net.latencySpread = (1 + cluster.random.nextInt(60)) * VirtualTime.MILLI;
            case 6 -> cluster.net.latencySpread = VirtualTime.MILLI / 2;
            default -> cluster.net.resetOne();
        }
    }

    private void restart(VirtualCluster.Node node, Runnable end) {
        if (!node.isAlive()) {
            return;
        }
        end.run();
        startLater(node);
    }

    /** Starts it again when it has ended, which may still take a while. */
    private void startLater(VirtualCluster.Node node) {
        long wait = (long) (cluster.random.nextDouble() * 1500 * VirtualTime.MILLI);
        cluster.time.after(wait, () -> {
            if (!node.isAlive()) {
                node.start();
            }
            if (!node.isAlive()) {
                startLater(node);
            }
        });
    }

    /** One direction of the cluster falls apart: a node from one other, or from all. */
    private void cut(VirtualCluster.Node node) {
        boolean all = cluster.random.nextBoolean();
        VirtualCluster.Node one = cluster.nodes.get(cluster.random.nextInt(cluster.nodes.size()));
        for (VirtualCluster.Node other : cluster.nodes) {
            if (other != node && (all || other == one)) {
                cluster.net.cut(url(node), url(other));
            }
        }
    }

    private static String url(VirtualCluster.Node node) {
        return node.member.peerUrls().get(0);
    }

    /** Everything is well again: all members run, and after a while all have applied the same. */
    void settle() {
        cluster.net.heal();
        cluster.net.latencySpread = VirtualTime.MILLI / 2;
        for (long passed = 0; passed < SETTLE_MILLIS; passed += 50) {
            for (VirtualCluster.Node node : cluster.nodes) {
                if (!node.isAlive() && passed % 1000 == 0) {
                    node.start();
                }
            }
            cluster.time.runMillis(50);
            if (passed >= 500 && isSettled()) {
                return;
            }
        }
        throw new AssertionError("not settled after " + SETTLE_MILLIS + " ms: " + describe());
    }

    private boolean isSettled() {
        if (cluster.alive().size() < cluster.nodes.size() || cluster.leader() == null) {
            return false;
        }
        long last = cluster.nodes.get(0).machine().hash();
        return cluster.nodes.stream().allMatch(node -> node.machine().hash() == last);
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        for (VirtualCluster.Node node : cluster.nodes) {
            text.append(node.member.name()).append(' ');
            if (node.isAlive()) {
                var status = node.handle().status();
                cluster.time.runMillis(1);
                text.append(status.getNow(null));
            } else {
                text.append("does not run");
            }
            text.append('\n');
        }
        return text.toString();
    }
}
