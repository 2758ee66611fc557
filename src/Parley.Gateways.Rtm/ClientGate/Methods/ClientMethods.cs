using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>What the families of client-gate methods have in common.</summary>
internal abstract class ClientMethods(ParleyCore core) : QuestFamily(core)
{
    /// <summary>The session of the caller; methods for users are not called without one.</summary>
    protected static RtmSession Me(Quest quest) => quest.Peer.Session!;

    /// <summary>The caller's project as it is now.</summary>
    protected Project ProjectOf(RtmSession session) => Core.Projects.Current(session.Project);

    /// <summary>Message types as stored; numbers that no message can have become 0, which matches none. Null when there is no filter.</summary>
    protected static IReadOnlyList<byte>? TypesOf(long[]? mtypes) =>
        mtypes is { Length: > 0 } ? [.. mtypes.Select(mtype => mtype is >= 1 and <= 127 ? (byte)mtype : (byte)0)] : null;
}
