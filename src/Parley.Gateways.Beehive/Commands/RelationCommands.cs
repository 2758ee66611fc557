using System.Globalization;
using Google.Protobuf;
using Parley.Core;
using Parley.Core.Relations;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Friends, the personal blacklist, mutes and marks (beehive.md §10.2).</summary>
internal sealed class RelationCommands(BeehiveHost host)
{
    private const string MarkSpace = "mark";
    private const int MostMarkBytes = 4096;

    /// <summary>0203 FRIEND-ADD {suid, duid, mark}: the other one is told, now or with the next SYNC.</summary>
    public async ValueTask AddFriend(BeehiveCall call)
    {
        if (!call.TryParse(FriendAdd.Parser, out var body) || !AreGood(call, body.Suid, body.Duid))
            return;
        if (body.Mark.Length > MostMarkBytes)
        {
            call.Refuse(BeehiveCode.BodyTooLong, "Mark is too long!");
            return;
        }
        call.Conclude(await host.Core.FriendRequests.AskAsync(
            call.Session.Project, call.Session.UserId, (long)body.Duid, body.Mark, CancellationToken.None));
    }

    /// <summary>0205 FRIEND-DEL {suid, duid}: they are no friends any more, and the other one is told.</summary>
    public async ValueTask RemoveFriend(BeehiveCall call)
    {
        if (!call.TryParse(TwoUid.Parser, out var body) || !AreGood(call, body.Suid, body.Duid))
            return;
        await host.Core.FriendRequests.UnfriendAsync(call.Session.Project, call.Session.UserId, (long)body.Duid, CancellationToken.None);
        call.Conclude(CoreError.None);
    }

    /// <summary>0207 BLACKLIST-ADD {suid, duid}: what the other one says is refused.</summary>
    public ValueTask Block(BeehiveCall call) => ChangeAsync(call, RelationKind.Block, isAddition: true);

    /// <summary>0209 BLACKLIST-DEL {suid, duid}.</summary>
    public ValueTask Unblock(BeehiveCall call) => ChangeAsync(call, RelationKind.Block, isAddition: false);

    /// <summary>020B GAG-ADD {suid, duid}: what the other one says is dropped, and it is not told so.</summary>
    public ValueTask Mute(BeehiveCall call) => ChangeAsync(call, RelationKind.Mute, isAddition: true);

    /// <summary>020D GAG-DEL {suid, duid}.</summary>
    public ValueTask Unmute(BeehiveCall call) => ChangeAsync(call, RelationKind.Mute, isAddition: false);

    /// <summary>0210 MARK-ADD {suid, duid, mark}: keeps a remark about the other one; a number or a text.</summary>
    public async ValueTask Mark(BeehiveCall call)
    {
        if (!BeehiveBodies.TryParseMarkAdd(call.Body, out var body))
            call.Refuse(BeehiveCode.BadBody, "Unmarshal body failed!");
        else if (body.Mark.Length > MostMarkBytes)
            call.Refuse(BeehiveCode.BodyTooLong, "Mark is too long!");
        else if (AreGood(call, body.Suid, body.Duid))
            await SetMarkAsync(call, body.Duid, body.Mark);
    }

    /// <summary>0212 MARK-DEL {suid, duid}.</summary>
    public async ValueTask Unmark(BeehiveCall call)
    {
        if (call.TryParse(TwoUid.Parser, out var body) && AreGood(call, body.Suid, body.Duid))
            await SetMarkAsync(call, body.Duid, mark: null);
    }

    /// <summary>The acks about friends have no body in the seed generation (§12.2).</summary>
    public static IMessage? Refusal(BeehiveCall call, uint code, string text) =>
        call.Connection.Generation == BeehiveGeneration.Seed ? null : BeehiveBodies.CodeErrmsg(code, text);

    /// <summary>Whether the ids are ones, and the first the session's user.</summary>
    private static bool AreGood(BeehiveCall call, ulong suid, ulong duid)
    {
        if (suid is not (0 or > long.MaxValue) && duid is not (0 or > long.MaxValue))
            return call.IsActor(suid);
        call.Refuse(BeehiveCode.BadBody, "Paramter isn't right!");
        return false;
    }

    private async ValueTask ChangeAsync(BeehiveCall call, RelationKind kind, bool isAddition)
    {
        if (!call.TryParse(TwoUid.Parser, out var body) || !AreGood(call, body.Suid, body.Duid))
            return;
        var (project, userId, peer) = (call.Session.Project, call.Session.UserId, (long)body.Duid);
        call.Conclude(isAddition
            ? await host.Core.Relations.AddAsync(project, kind, userId, [peer], CancellationToken.None)
            : await host.Core.Relations.RemoveAsync(project, kind, userId, [peer], CancellationToken.None));
    }

    private async ValueTask SetMarkAsync(BeehiveCall call, ulong duid, string? mark)
    {
        await host.Core.Store.Users.SetDataAsync(
            call.Session.Project.Id, call.Session.UserId, MarkSpace, duid.ToString(CultureInfo.InvariantCulture), mark, CancellationToken.None);
        call.Conclude(CoreError.None);
    }
}
