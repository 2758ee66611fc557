using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Files (rtm-server.md §5).</summary>
internal sealed class FileMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>filetoken</c> (§5.1): 200060, since there is no file gate.</summary>
    public ValueTask FileToken(Quest quest, ref FpnnParameters parameters) =>
        RefuseNow(quest, RtmErrors.NoConfigInConsole, "no config in console");
}
