using Parley.Core;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Beehive.Sessions;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// Raw bytes for those who are connected: 2.1 to 2.6 (beehive.md §3.2). A target that is unknown or away is no error: the answer says that
/// the push was taken.
/// </summary>
internal sealed class PushEndpoints(BeehiveHost host, OperatorMessages messages)
{
    /// <summary>2.1: to every session.</summary>
    public async ValueTask<Outcome> ToAllAsync(EndpointCall call) => Taken(await messages.BroadcastAsync(call.Body));

    /// <summary>2.2: <c>gid</c>, to all members of a group; kept like what members say.</summary>
    public async ValueTask<Outcome> ToGroupAsync(EndpointCall call)
    {
        if (!call.Query.TryId("gid", out var groupId) || !await call.Core.Names.IsValidAsync(call.Project.Id, groupId))
            return Bad();
        call.Json.WriteNumber("gid"u8, groupId);
        return Taken(await messages.PushToGroupAsync(groupId, call.Body));
    }

    /// <summary>2.3: <c>rid expire</c>, to everybody in a room; for <c>expire</c> seconds also to those who come.</summary>
    public async ValueTask<Outcome> ToRoomAsync(EndpointCall call)
    {
        if (!call.Query.TryId("rid", out var roomId) || !call.Query.TryOptional("expire", uint.MaxValue, out var expire))
            return Bad();
        call.Json.WriteNumber("rid"u8, roomId);
        return Taken(await messages.PushToRoomAsync(roomId, call.Body, (uint)expire));
    }

    /// <summary>2.4: <c>sid</c>, to one session.</summary>
    public ValueTask<Outcome> ToSessionAsync(EndpointCall call)
    {
        if (!call.Query.TryId("sid", out var sessionId))
            return ValueTask.FromResult(Bad());
        host.Sessions.Find(sessionId)?.SendRaw(BeehiveCommand.P2P, call.Body);
        return ValueTask.FromResult(Outcome.Accepted);
    }

    /// <summary>2.5: <c>uid</c>, to all sessions of a user.</summary>
    public ValueTask<Outcome> ToUserAsync(EndpointCall call)
    {
        if (!call.Query.TryId("uid", out var userId))
            return ValueTask.FromResult(Bad());
        if (call.Core.Sessions.Find(call.Project.Id, userId) is { } presence)
        {
            foreach (var session in presence.Sessions)
                (session as BeehiveSession)?.SendRaw(BeehiveCommand.P2P, call.Body);
        }
        call.Json.WriteNumber("uid"u8, userId);
        return ValueTask.FromResult(Outcome.Accepted);
    }

    /// <summary>2.6: <c>appid [version]</c>, to the sessions of an application.</summary>
    public ValueTask<Outcome> ToApplicationAsync(EndpointCall call)
    {
        var (application, version) = (call.Query.Text("appid"), call.Query.Text("version"));
        if (application.Length == 0)
            return ValueTask.FromResult(Bad());
        foreach (var session in host.Sessions.All)
        {
            if (string.Equals(session.App, application, StringComparison.Ordinal)
                && (version.Length == 0 || string.Equals(session.Version, version, StringComparison.Ordinal)))
                session.SendRaw(BeehiveCommand.Broadcast, call.Body);
        }
        return ValueTask.FromResult(Outcome.Accepted);
    }

    private static Outcome Bad() => new(BeehiveCode.BadParameter, "Paramter is invalid!");

    private static Outcome Taken(CoreError error) => error switch
    {
        CoreError.None or CoreError.EmptyGroup or CoreError.NotFound or CoreError.NotOnline => Outcome.Accepted,
        _ => Outcome.Of(error),
    };
}
