using Parley.Core.Rooms;

namespace Parley.Gateways.Beehive.Http;

/// <summary>Rules of rooms, and who is in them: 6.1 to 6.10 (beehive.md §3.6). Any number is a room.</summary>
internal sealed class RoomEndpoints(BeehiveHost host)
{
    private RoomDirectory Rooms => host.Core.Rooms;

    /// <summary>6.1: <c>rid uid</c>; throws the user out.</summary>
    public ValueTask<Outcome> AddToBlacklistAsync(EndpointCall call) => BlacklistAsync(call, isListed: true);

    /// <summary>6.2: <c>rid uid</c></summary>
    public ValueTask<Outcome> DeleteFromBlacklistAsync(EndpointCall call) => BlacklistAsync(call, isListed: false);

    /// <summary>As 5.3: <c>rid</c></summary>
    public ValueTask<Outcome> GetBlacklistAsync(EndpointCall call) => call.Query.TryId("rid", out var roomId)
        ? call.ListUsersAsync(Rooms.GetBlacklistedAsync(call.Project, roomId, call.Cancellation))
        : ValueTask.FromResult(Outcome.Invalid("rid"));

    /// <summary>6.3: <c>rid [uid]</c>; no uid = everyone but the owner.</summary>
    public ValueTask<Outcome> GagAsync(EndpointCall call) => GagAsync(call, isGagged: true);

    /// <summary>6.4: <c>rid [uid]</c>; no uid = everyone, and each one.</summary>
    public ValueTask<Outcome> LiftGagAsync(EndpointCall call) => GagAsync(call, isGagged: false);

    /// <summary>As 5.6: <c>rid</c></summary>
    public ValueTask<Outcome> GetGaggedAsync(EndpointCall call) => call.Query.TryId("rid", out var roomId)
        ? call.ListUsersAsync(Rooms.GetGaggedAsync(call.Project, roomId, call.Cancellation))
        : ValueTask.FromResult(Outcome.Invalid("rid"));

    /// <summary>6.5: <c>rid</c>; throws everybody out.</summary>
    public ValueTask<Outcome> CloseAsync(EndpointCall call) => SetClosedAsync(call, isClosed: true);

    /// <summary>6.6: <c>rid</c></summary>
    public ValueTask<Outcome> OpenAsync(EndpointCall call) => SetClosedAsync(call, isClosed: false);

    /// <summary>6.7: <c>[rid] cap</c>; no rid = the default of all rooms.</summary>
    public async ValueTask<Outcome> SetCapacityAsync(EndpointCall call)
    {
        if (!call.Query.TryOptional("rid", long.MaxValue, out var roomId))
            return Outcome.Invalid("rid");
        if (!call.Query.TryCount("cap", int.MaxValue, out var capacity))
            return Outcome.Invalid("cap");
        await Rooms.SetCapacityAsync(call.Project, roomId, capacity, call.Cancellation);
        return Capacity(call, roomId, capacity);
    }

    /// <summary>6.8: <c>[rid]</c> → what holds for the room.</summary>
    public async ValueTask<Outcome> GetCapacityAsync(EndpointCall call)
    {
        if (!call.Query.TryOptional("rid", long.MaxValue, out var roomId))
            return Outcome.Invalid("rid");
        return Capacity(call, roomId, await Rooms.GetCapacityAsync(call.Project, roomId, call.Cancellation));
    }

    /// <summary>6.9: <c>[num]</c> → rooms by sessions.</summary>
    public ValueTask<Outcome> ListLargestAsync(EndpointCall call)
    {
        if (!call.TryRows(out var rows))
            return ValueTask.FromResult(Outcome.Invalid("num"));
        call.WriteTotals("rid"u8, [.. Rooms.GetLargest(call.Project.Id, rows).Select(static room => (room.RoomId, (long)room.Sessions))]);
        return ValueTask.FromResult(Outcome.Done);
    }

    /// <summary>6.10: <c>rid</c> → its sub-groups with their sessions.</summary>
    public ValueTask<Outcome> ListSubGroupsAsync(EndpointCall call)
    {
        if (!call.Query.TryId("rid", out var roomId))
            return ValueTask.FromResult(new Outcome(BeehiveCode.InvalidParameter, "Rid is invalid!"));
        call.Json.WriteNumber("rid"u8, roomId);
        call.WriteTotals("gid"u8, [.. Rooms.SubGroupsOf(call.Project.Id, roomId).Select(static group => ((long)group.SubGroup, (long)group.Sessions))]);
        return ValueTask.FromResult(Outcome.Done);
    }

    private static Outcome Capacity(EndpointCall call, long roomId, int capacity)
    {
        if (roomId != 0)
            call.Json.WriteNumber("rid"u8, roomId);
        call.Json.WriteNumber("cap"u8, capacity);
        return Outcome.Done;
    }

    private async ValueTask<Outcome> BlacklistAsync(EndpointCall call, bool isListed)
    {
        if (!call.Query.TryId("rid", out var roomId))
            return Outcome.Invalid("rid");
        if (!call.Query.TryId("uid", out var userId) || !await call.Core.Names.IsValidAsync(call.Project.Id, userId))
            return Outcome.Invalid("uid");
        await Rooms.BlacklistAsync(call.Project, roomId, userId, isListed, call.Cancellation);
        return Outcome.Done;
    }

    private async ValueTask<Outcome> GagAsync(EndpointCall call, bool isGagged)
    {
        if (!call.Query.TryId("rid", out var roomId))
            return Outcome.Invalid("rid");
        if (!call.Query.TryOptional("uid", long.MaxValue, out var userId)
            || (userId != 0 && !await call.Core.Names.IsValidAsync(call.Project.Id, userId)))
            return Outcome.Invalid("uid");
        await Rooms.GagAsync(call.Project, roomId, userId, isGagged, call.Cancellation);
        return Outcome.Done;
    }

    private async ValueTask<Outcome> SetClosedAsync(EndpointCall call, bool isClosed)
    {
        if (!call.Query.TryId("rid", out var roomId))
            return Outcome.Invalid("rid");
        await Rooms.SetClosedAsync(call.Project, roomId, isClosed, call.Cancellation);
        return Outcome.Done;
    }
}
