using Parley.Core;

namespace Parley.Gateways.Beehive.Http;

/// <summary>Rules of groups, and which are the largest: 5.1 to 5.11 (beehive.md §3.5). A group that does not exist can have rules.</summary>
internal sealed class GroupEndpoints(BeehiveHost host)
{
    /// <summary>5.1: <c>gid uid</c></summary>
    public ValueTask<Outcome> AddToBlacklistAsync(EndpointCall call) => BlacklistAsync(call, isListed: true);

    /// <summary>5.2: <c>gid uid</c></summary>
    public ValueTask<Outcome> DeleteFromBlacklistAsync(EndpointCall call) => BlacklistAsync(call, isListed: false);

    /// <summary>5.3: <c>gid</c></summary>
    public async ValueTask<Outcome> GetBlacklistAsync(EndpointCall call) => await FindGroupAsync(call) is { } groupId
        ? await call.ListUsersAsync(call.Core.GroupModeration.GetBlacklistedAsync(call.Project, groupId, call.Cancellation))
        : Outcome.Invalid("gid");

    /// <summary>5.4: <c>gid [uid]</c>; no uid = everyone but owner and managers.</summary>
    public ValueTask<Outcome> GagAsync(EndpointCall call) => GagAsync(call, isGagged: true);

    /// <summary>5.5: <c>gid [uid]</c>; no uid = everyone, and each one.</summary>
    public ValueTask<Outcome> LiftGagAsync(EndpointCall call) => GagAsync(call, isGagged: false);

    /// <summary>5.6: <c>gid</c></summary>
    public async ValueTask<Outcome> GetGaggedAsync(EndpointCall call) => await FindGroupAsync(call) is { } groupId
        ? await call.ListUsersAsync(call.Core.GroupModeration.GetGaggedAsync(call.Project, groupId, call.Cancellation))
        : Outcome.Invalid("gid");

    /// <summary>5.7: <c>gid</c>; an unknown group is no error.</summary>
    public async ValueTask<Outcome> DissolveAsync(EndpointCall call)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        return Outcome.Of(await call.Core.GroupModeration.DissolveAsync(call.Project, groupId, actor: 0, call.Cancellation));
    }

    /// <summary>5.7, as an alias says it: nobody speaks or joins.</summary>
    public ValueTask<Outcome> CloseAsync(EndpointCall call) => SetClosedAsync(call, isClosed: true);

    /// <summary>The opposite of <see cref="CloseAsync"/>.</summary>
    public ValueTask<Outcome> OpenAsync(EndpointCall call) => SetClosedAsync(call, isClosed: false);

    /// <summary>5.8: <c>gid cap</c>; those beyond it stay.</summary>
    public async ValueTask<Outcome> SetCapacityAsync(EndpointCall call)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        if (!call.Query.TryCount("cap", int.MaxValue, out var capacity))
            return Outcome.Invalid("cap");
        await call.Core.GroupModeration.SetCapacityAsync(call.Project, groupId, capacity, call.Cancellation);
        return Capacity(call, groupId, capacity);
    }

    /// <summary>5.9: <c>gid</c>; the default when the group has none of its own.</summary>
    public async ValueTask<Outcome> GetCapacityAsync(EndpointCall call)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        var capacity = await call.Core.GroupModeration.GetCapacityAsync(call.Project, groupId, call.Cancellation);
        return Capacity(call, groupId, capacity == 0 ? host.Settings.GroupMembers : capacity);
    }

    /// <summary>5.10: <c>[num]</c> → groups by members.</summary>
    public async ValueTask<Outcome> ListLargestAsync(EndpointCall call)
    {
        if (!call.TryRows(out var rows))
            return Outcome.Invalid("num");
        var groups = await call.Core.GroupRankings.GetLargestAsync(call.Project, rows, call.Cancellation);
        call.WriteTotals("gid"u8, groups);
        return Outcome.Done;
    }

    /// <summary>5.11: <c>[num]</c> → groups by messages.</summary>
    public async ValueTask<Outcome> ListBusiestAsync(EndpointCall call)
    {
        if (!call.TryRows(out var rows))
            return Outcome.Invalid("num");
        var groups = await call.Core.GroupRankings.GetBusiestAsync(call.Project, rows, call.Cancellation);
        call.WriteTotals("gid"u8, groups);
        return Outcome.Done;
    }

    private static async ValueTask<long?> FindGroupAsync(EndpointCall call) =>
        call.Query.TryId("gid", out var groupId) && await call.Core.Names.IsValidAsync(call.Project.Id, groupId) ? groupId : null;

    private static Outcome Capacity(EndpointCall call, long groupId, int capacity)
    {
        call.Json.WriteNumber("gid"u8, groupId);
        call.Json.WriteNumber("cap"u8, capacity);
        return Outcome.Done;
    }

    private static async ValueTask<Outcome> BlacklistAsync(EndpointCall call, bool isListed)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        if (!call.Query.TryId("uid", out var userId))
            return Outcome.Invalid("uid");
        return OfUser(await call.Core.GroupModeration.BlacklistAsync(call.Project, groupId, actor: 0, userId, isListed, call.Cancellation));
    }

    private static async ValueTask<Outcome> GagAsync(EndpointCall call, bool isGagged)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        if (!call.Query.TryOptional("uid", long.MaxValue, out var userId))
            return Outcome.Invalid("uid");
        return OfUser(await call.Core.GroupModeration.GagAsync(call.Project, groupId, actor: 0, userId, isGagged, call.Cancellation));
    }

    private static async ValueTask<Outcome> SetClosedAsync(EndpointCall call, bool isClosed)
    {
        if (await FindGroupAsync(call) is not { } groupId)
            return Outcome.Invalid("gid");
        await call.Core.GroupModeration.SetClosedAsync(call.Project, groupId, isClosed, call.Cancellation);
        return Outcome.Done;
    }

    /// <summary>The group's number was looked at: an id that is not valid is the user's.</summary>
    private static Outcome OfUser(CoreError error) => error == CoreError.InvalidId ? Outcome.Invalid("uid") : Outcome.Of(error);
}
