package tlc2.overrides;

import io.quorate.sim.spec.TraceFile;

/** Where TLC looks for operators that are written in Java: the place and the name are its own. */
public final class TLCOverrides implements ITLCOverrides {
    /** Called by reflection. */
    public TLCOverrides() {}

    @Override
    @SuppressWarnings("rawtypes") // as TLC has it
    public Class[] get() {
        return new Class[] {TraceFile.class};
    }
}
