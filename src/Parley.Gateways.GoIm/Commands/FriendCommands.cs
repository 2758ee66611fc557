using System.Text;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Relations;
using Parley.Gateways.GoIm.Connections;
using Parley.Gateways.GoIm.Messages;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.GoIm.Commands;

/// <summary>Friends, one-way and by asking (goim-json §7, GI-014 to GI-019, and §16).</summary>
internal sealed class FriendCommands(GoImHost host)
{
    private const string AddFriend = "add_friend";

    /// <summary>GI-014: <c>[]</c> → <c>["[{client, alive}, …]"]</c>.</summary>
    public ValueTask View(GoImCall call, GoImRequest request) => ViewAsync(call);

    /// <summary>GI-015: <c>[clientId]</c> → <c>[]</c>.</summary>
    public ValueTask Add(GoImCall call, GoImRequest request) => AddAsync(call, request.Text(0));

    /// <summary>GI-016: <c>[clientId]</c> → <c>[]</c>.</summary>
    public ValueTask Delete(GoImCall call, GoImRequest request) => DeleteAsync(call, request.Text(0));

    /// <summary>GI-017: <c>[type, clientId]</c> → <c>[]</c>.</summary>
    public ValueTask Ask(GoImCall call, GoImRequest request) =>
        request.Text(0) == AddFriend ? AskAsync(call, request.Text(1)) : call.FailNow(GoImFailures.UndefinedAsk);

    /// <summary>GI-019: <c>[agree or disagree, uuid]</c> → <c>[clientId]</c> of who asked.</summary>
    public ValueTask React(GoImCall call, GoImRequest request) => ReactAsync(call, request.Text(0), request.Text(1));

    private async ValueTask ViewAsync(GoImCall call)
    {
        var session = call.Session;
        using var list = new PooledBufferWriter();
        list.Write("["u8);
        foreach (var friend in await host.Core.Relations.GetAsync(session.Project, RelationKind.Friend, session.UserId, CancellationToken.None))
        {
            if (list.WrittenCount > 1)
                list.Write(","u8);
            var name = await host.Core.Names.GetNameAsync(session.Project.Id, friend);
            var isOnline = host.Core.Sessions.IsOnline(session.Project.Id, friend);
            list.Write("{\"client\":"u8);
            GoImText.Write(list, name);
            list.Write(isOnline ? ",\"alive\":true"u8 : ",\"alive\":false"u8);
            if (host.Settings.CompatMemberKeys)
            {
                list.Write(",\"ClientID\":"u8);
                GoImText.Write(list, name);
                list.Write(isOnline ? ",\"Alive\":true"u8 : ",\"Alive\":false"u8);
            }
            list.Write("}"u8);
        }
        list.Write("]"u8);
        call.Succeed(null, list);
    }

    private async ValueTask AddAsync(GoImCall call, string clientId)
    {
        var session = call.Session;
        var friend = await FindAsync(session, clientId);
        if (friend == session.UserId)
            call.Fail(GoImFailures.Error);
        else if (friend != 0 && await IsFriendAsync(session, friend))
            call.Fail(GoImFailures.AlreadyFriend);
        else if (!await IsKnownAsync(session, friend))
            call.Fail(GoImFailures.UnknownFriend);
        else
            Conclude(call, await host.Core.Relations.AddAsync(session.Project, RelationKind.Friend, session.UserId, [friend], CancellationToken.None));
    }

    private async ValueTask DeleteAsync(GoImCall call, string clientId)
    {
        var session = call.Session;
        var friend = await FindAsync(session, clientId);
        if (friend == 0 || !await IsFriendAsync(session, friend))
            call.Fail(GoImFailures.NoSuchFriend);
        else
            Conclude(call, await host.Core.Relations.RemoveAsync(session.Project, RelationKind.Friend, session.UserId, [friend], CancellationToken.None));
    }

    private async ValueTask AskAsync(GoImCall call, string clientId)
    {
        var session = call.Session;
        var friend = await FindAsync(session, clientId);
        if (friend != 0 && await IsFriendAsync(session, friend))
        {
            call.Fail(GoImFailures.AlreadyFriend);
        }
        else if (!await IsKnownAsync(session, friend))
        {
            call.Fail(GoImFailures.UnknownFriend);
        }
        else if (friend == session.UserId)
        {
            call.Fail(GoImFailures.Error);
        }
        else
        {
            Conclude(call, await host.Core.FriendRequests.AskAsync(session.Project, session.UserId, friend, "", CancellationToken.None));
        }
    }

    private async ValueTask ReactAsync(GoImCall call, string reaction, string id)
    {
        var session = call.Session;
        var request = Guid.TryParseExact(id, "D", out var uuid)
            ? await host.Core.FriendRequests.FindAsync(session.Project, uuid, CancellationToken.None) : null;
        if (request is null || request.IsRemoval || request.Receiver != session.UserId)
        {
            call.Fail(GoImFailures.NoSuchRequest);
            return;
        }
        if (reaction is not ("agree" or "disagree"))
        {
            call.Fail(GoImFailures.UndefinedReaction);
            return;
        }
        if (!await host.Core.FriendRequests.EndAsync(session.Project, request, reaction == "agree", CancellationToken.None))
        {
            call.Fail(GoImFailures.NoSuchRequest);
            return;
        }
        if (reaction == "agree")
            await TellAcceptedAsync(session, request.Sender);
        call.Succeed(await host.Core.Names.GetNameAsync(session.Project.Id, request.Sender));
    }

    /// <summary>Who asked is told by an ordinary message of the acceptor.</summary>
    private async Task TellAcceptedAsync(GoImSession session, long requester)
    {
        var text = host.Settings.AcceptanceText.Replace("{0}", session.ClientId, StringComparison.Ordinal);
        await host.Core.Messenger.SendAsync(MessageCommands.Compose(
            session, ConversationKind.PeerToPeer, requester, host.Numbers.Next(), Encoding.UTF8.GetBytes(text), attributes: null));
    }

    private static void Conclude(GoImCall call, CoreError error)
    {
        if (error == CoreError.None)
            call.Succeed();
        else
            call.Fail(GoImFailures.Error);
    }

    private ValueTask<long> FindAsync(GoImSession session, string clientId) =>
        GoImIds.IsValid(clientId) ? host.Core.Names.FindAsync(session.Project.Id, clientId) : new(0L);

    private async ValueTask<bool> IsKnownAsync(GoImSession session, long userId) =>
        userId != 0 && await host.Core.Users.IsKnownAsync(new(session.Project.Id, userId));

    private async ValueTask<bool> IsFriendAsync(GoImSession session, long userId) =>
        (await host.Core.Relations.FilterAsync(session.Project, RelationKind.Friend, session.UserId, [userId])).Count > 0;
}
