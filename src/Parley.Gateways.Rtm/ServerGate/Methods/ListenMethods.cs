using Parley.Core;
using Parley.Core.Listening;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>
/// Asking to be told of messages and events (rtm-server.md §6). What was asked for lives as long as the connection, for each project
/// of the connection by itself.
/// </summary>
internal sealed class ListenMethods(ParleyCore core, GateAddresses addresses) : ServerMethods(core)
{
    /// <summary><c>addlisten</c> (§6.2): gids?, rids?, p2p?, uids?, events?; more than before.</summary>
    public ValueTask AddListen(Quest quest, ref FpnnParameters parameters)
    {
        var more = ReadDifference(ref parameters);
        return Change(quest, ref parameters, isEnabled: ProjectOf(quest).Settings.Listening, present => present.Add(more));
    }

    /// <summary><c>removelisten</c> (§6.2): gids?, rids?, p2p?, uids?, events?; less than before.</summary>
    public ValueTask RemoveListen(Quest quest, ref FpnnParameters parameters)
    {
        var less = ReadDifference(ref parameters);
        return Change(quest, ref parameters, isEnabled: true, present => present.Remove(less));
    }

    /// <summary><c>setlisten</c> (§6.3): all?, gids?, rids?, uids?, events?, group?, room?, p2p?, ev?; replaces.</summary>
    public ValueTask SetListen(Quest quest, ref FpnnParameters parameters)
    {
        var asked = ServerGate.SetListen.Read(ref parameters);
        return Change(quest, ref parameters, isEnabled: ProjectOf(quest).Settings.Listening, asked.Apply);
    }

    /// <summary><c>p2p</c> that is false changes nothing.</summary>
    private static ListenerFilter ReadDifference(ref FpnnParameters parameters) =>
        ServerGate.SetListen.ReadLists(ref parameters) with { AllPeers = parameters.BooleanOrDefault("p2p"u8) };

    private ValueTask Change(Quest quest, ref FpnnParameters parameters, bool isEnabled, Func<ListenerFilter, ListenerFilter> change)
    {
        var isNewSdk = parameters.Has("ts"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (!quest.Peer.IsConnected)
            return RefuseNow(quest, RtmErrors.ForbiddenMethod, "forbidden method");
        if (!isEnabled)
            return RefuseNow(quest, RtmErrors.NoConfigInConsole, "no config in console");
        var connection = quest.Peer.BackEnd ??= new(quest.Peer);
        var listener = connection.GetOrAdd(ProjectOf(quest).Id, addresses);
        listener.ShowFiles(ProjectOf(quest).Settings.BackEndFiles, isNewSdk);
        Conclude(quest, Core.Listeners.Change(listener, change));
        return ValueTask.CompletedTask;
    }
}
