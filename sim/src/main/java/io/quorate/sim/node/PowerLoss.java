package io.quorate.sim.node;

/** The power goes while the disk is at work. Not an exception: nothing may catch it but who drives the process. */
final class PowerLoss extends Error {
    private static final long serialVersionUID = 1;

    PowerLoss() {
        super("the power goes", null, false, false);
    }
}
