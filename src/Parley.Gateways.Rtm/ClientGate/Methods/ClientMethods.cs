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
}
