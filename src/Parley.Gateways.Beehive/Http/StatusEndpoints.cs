using Parley.Core.Rooms;
using Parley.Gateways.Beehive.Sessions;

namespace Parley.Gateways.Beehive.Http;

/// <summary>Who is there: 4.1 and 4.2 (beehive.md §3.4). An unknown user is one who is not there.</summary>
internal sealed class StatusEndpoints
{
    /// <summary>4.1: <c>uid</c> → whether a session is open, through any door, and the rooms.</summary>
    public ValueTask<Outcome> GetUserAsync(EndpointCall call)
    {
        if (!call.Query.TryId("uid", out var userId))
            return ValueTask.FromResult(BadUser());
        var presence = call.Core.Sessions.Find(call.Project.Id, userId);
        call.WriteQuotable("uid"u8, userId);
        call.Json.WriteNumber("status"u8, presence is null ? 0 : 1);
        call.WriteIds("rid"u8, presence is null ? [] : [.. RoomDirectory.RoomsOf(presence).Order()]);
        return ValueTask.FromResult(Outcome.Done);
    }

    /// <summary>4.2: <c>uid</c> → the sids that are logged in.</summary>
    public ValueTask<Outcome> ListSessionsAsync(EndpointCall call)
    {
        if (!call.Query.TryId("uid", out var userId))
            return ValueTask.FromResult(BadUser());
        var ids = new SortedSet<long>();
        if (call.Core.Sessions.Find(call.Project.Id, userId) is { } presence)
        {
            foreach (var session in presence.Sessions)
            {
                if (session is BeehiveSession own)
                    ids.Add(own.SessionId);
            }
        }
        call.WriteQuotable("uid"u8, userId);
        call.WriteIds("sid"u8, ids);
        return ValueTask.FromResult(Outcome.Done);
    }

    private static Outcome BadUser() => new(BeehiveCode.InvalidParameter, "Paramter [uid] is invalied!");
}
