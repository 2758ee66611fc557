using Parley.Core;
using Parley.Gateways.Rtm.FileGate;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Files (rtm-client.md §4.16).</summary>
internal sealed class FileMethods(ParleyCore core, GateAddresses addresses) : ClientMethods(core)
{
    private readonly FileTokens _tokens = new(core, addresses);

    /// <summary><c>filetoken</c> (§4.16): cmd, and to, tos, gid or rid → token, endpoint.</summary>
    public ValueTask FileToken(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        return _tokens.Issue(
            quest, ref parameters, new(ProjectOf(me), me.UserId, IsBackEnd: false, NamesExtension: me.Profile == RtmProfile.G1));
    }
}
