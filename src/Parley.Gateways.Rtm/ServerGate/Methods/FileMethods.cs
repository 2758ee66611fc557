using Parley.Core;
using Parley.Gateways.Rtm.FileGate;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Files (rtm-server.md §5).</summary>
internal sealed class FileMethods(ParleyCore core, GateAddresses addresses) : ServerMethods(core)
{
    private readonly FileTokens _tokens = new(core, addresses);

    /// <summary><c>filetoken</c> (§5.1): from, cmd, and to, tos, gid or rid → token, endpoint.</summary>
    public ValueTask FileToken(Quest quest, ref FpnnParameters parameters)
    {
        var from = parameters.Int64("from"u8);
        return _tokens.Issue(quest, ref parameters, new(ProjectOf(quest), from, IsBackEnd: true, NamesExtension: false));
    }
}
