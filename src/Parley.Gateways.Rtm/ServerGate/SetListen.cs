using System.Collections.Frozen;
using Parley.Core.Listening;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>What <c>setlisten</c> says (rtm-server.md §6.3).</summary>
/// <param name="All">The parameter <c>all</c>; null when absent.</param>
/// <param name="HasLists">Whether one of the four lists is there, be it nil.</param>
/// <param name="Lists">The lists; empty where absent or nil.</param>
/// <param name="Groups">The flag <c>group</c>; null when absent.</param>
/// <param name="Rooms">The flag <c>room</c>; null when absent.</param>
/// <param name="Peers">The flag <c>p2p</c>; null when absent.</param>
/// <param name="Events">The flag <c>ev</c>; null when absent.</param>
internal sealed record SetListen(bool? All, bool HasLists, ListenerFilter Lists, bool? Groups, bool? Rooms, bool? Peers, bool? Events)
{
    /// <summary>Reads it. Check <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static SetListen Read(ref FpnnParameters parameters) => new(
        FlagOf(ref parameters, "all"u8),
        parameters.HasKey("gids"u8) || parameters.HasKey("rids"u8) || parameters.HasKey("uids"u8) || parameters.HasKey("events"u8),
        ReadLists(ref parameters),
        FlagOf(ref parameters, "group"u8),
        FlagOf(ref parameters, "room"u8),
        FlagOf(ref parameters, "p2p"u8),
        FlagOf(ref parameters, "ev"u8));

    /// <summary>Reads gids, rids, uids and events, which <c>addlisten</c> and <c>removelisten</c> have too; absent and nil ones are empty.</summary>
    public static ListenerFilter ReadLists(ref FpnnParameters parameters) => new()
    {
        Groups = SetOf(parameters.Int64ListOrNull("gids"u8)),
        Rooms = SetOf(parameters.Int64ListOrNull("rids"u8)),
        Users = SetOf(parameters.Int64ListOrNull("uids"u8)),
        Events = SetOf(parameters.StringListOrNull("events"u8)),
    };

    /// <summary>The filter that replaces the present one (rule S-12).</summary>
    public ListenerFilter Apply(ListenerFilter present)
    {
        if (All is { } all)
            return all ? ListenerFilter.Everything : ListenerFilter.Nothing;
        if (HasLists)
        {
            return Lists with
            {
                AllGroups = Groups ?? false,
                AllRooms = Rooms ?? false,
                AllPeers = Peers ?? false,
                AllEvents = Events ?? false,
            };
        }
        return present with
        {
            AllGroups = Groups ?? present.AllGroups,
            AllRooms = Rooms ?? present.AllRooms,
            AllPeers = Peers ?? present.AllPeers,
            AllEvents = Events ?? present.AllEvents,
        };
    }

    private static bool? FlagOf(ref FpnnParameters parameters, ReadOnlySpan<byte> key) =>
        parameters.Has(key) ? parameters.Boolean(key) : null;

    private static IReadOnlySet<T> SetOf<T>(T[]? list) => list is { Length: > 0 } ? new HashSet<T>(list) : FrozenSet<T>.Empty;
}
