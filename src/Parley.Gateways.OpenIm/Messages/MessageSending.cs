using System.Text.Unicode;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Gateways.OpenIm.Users;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>What became of a message.</summary>
/// <param name="Code">0, or a code of openim.md §1.6.</param>
/// <param name="ClientMsgId">clientMsgID.</param>
/// <param name="ServerMsgId">serverMsgID.</param>
/// <param name="SendTime">Unix milliseconds; 0 when it was refused.</param>
internal readonly record struct SendResult(int Code, string ClientMsgId, string ServerMsgId, long SendTime)
{
    public string Text => OpenImFailures.TextOf(Code);
}

/// <summary>
/// The way of every message that is sent through this protocol, whether by <c>send_msg</c> or by a client: relations, ids, options, the
/// core (openim.md §6.4).
/// </summary>
internal sealed class MessageSending(OpenImHost host)
{
    /// <summary>Sends a message. The data is taken over; sendID is who it is from, by the caller's care.</summary>
    /// <param name="data">The message as it came. Its seq, sendTime and serverMsgID do not count.</param>
    /// <param name="operationId">operationID of the request.</param>
    /// <param name="origin">The session that spoke; null for <c>send_msg</c>, which may speak for everybody.</param>
    /// <param name="isOnlineOnly">Whether nothing is stored, whatever the options say.</param>
    /// <param name="authority">With whose right.</param>
    /// <param name="cancellation">Gives up what was not handed to the core yet.</param>
    public async ValueTask<SendResult> SendAsync(
        MsgData data, string operationId, Session? origin, bool isOnlineOnly, SendAuthority authority, CancellationToken cancellation) =>
        await await SubmitAsync(data, operationId, origin, isOnlineOnly, authority, cancellation);

    /// <summary>
    /// As <see cref="SendAsync"/> in two steps, for clients whose messages must be taken in order: completes when the message has its place
    /// (or is refused), and gives what completes when it is stored. What follows that runs in the message's lane.
    /// </summary>
    public async ValueTask<ValueTask<SendResult>> SubmitAsync(
        MsgData data, string operationId, Session? origin, bool isOnlineOnly, SendAuthority authority, CancellationToken cancellation)
    {
        var project = host.Project;
        if (data.ClientMsgID.Length == 0)
            data.ClientMsgID = Guid.NewGuid().ToString("N");
        if (authority == SendAuthority.User)
            data.MsgFrom = MessageMapper.FromUser; // nobody poses as the system
        data.ServerMsgID = host.Mapper.ServerMessageIdOf(data.SendID, data.ClientMsgID);
        var (clientId, serverId) = (data.ClientMsgID, data.ServerMsgID);
        ValueTask<SendResult> Refuse(int code) => new(new SendResult(code, clientId, serverId, 0));

        if (data.SessionType is not (MessageMapper.Single or MessageMapper.Group))
            return Refuse(OpenImFailures.Unreadable);
        var targetName = data.SessionType == MessageMapper.Group ? data.GroupID : data.RecvID;
        if (!People.IsName(data.SendID) || !People.IsName(targetName) || data.ContentType <= 0
            || data.Content.Length > host.Settings.ContentBytes || data.CalculateSize() > 2 * host.Settings.ContentBytes
            || (ContentTypes.IsText(data.ContentType) && !Utf8.IsValid(data.Content.Span)))
        {
            return Refuse(OpenImFailures.Unacceptable);
        }
        try
        {
            var sender = await host.Core.Names.GetOrAddAsync(project.Id, data.SendID, cancellation);
            var target = await FindTargetAsync(project, data.SessionType, targetName, cancellation);
            if (target == 0)
                return Refuse(OpenImFailures.StoreCode);
            var isExempt = host.People.IsManager(data.SendID);
            if (data.SessionType == MessageMapper.Single && !isExempt && await IsStrangerAsync(project, sender, target))
                return Refuse(OpenImFailures.NotFriendCode);
            MessageOptions.Apply(data, isOnlineOnly);
            var isStored = MessageOptions.Is(data, MessageOptions.History);
            var request = host.Mapper.ToRequest(project, data, sender, target, operationId) with
            {
                Origin = origin,
                Authority = authority,
                NoMobilePush = !MessageOptions.Is(data, MessageOptions.OfflinePush),
                PushedAnyway = data.SessionType == MessageMapper.Group && authority == SendAuthority.BackEnd && data.AtUserIDList.Count > 0
                    ? await FindIdsAsync(project, data.AtUserIDList) : null,
                Exemptions = (isExempt ? SendExemptions.Blocks : SendExemptions.None)
                    | (authority == SendAuthority.BackEnd ? SendExemptions.Membership : SendExemptions.None),
            };
            return isStored
                ? ConcludeAsync(await host.Core.Messenger.SubmitAsync(request), clientId, serverId)
                : ConcludeAsync(new(await host.Core.Messenger.SendTransientAsync(request)), clientId, serverId);
        }
        catch (StoreException)
        {
            return Refuse(OpenImFailures.StoreCode); // the store logs why
        }
    }

    private static async ValueTask<SendResult> ConcludeAsync(ValueTask<SendOutcome> sending, string clientId, string serverId)
    {
        var outcome = await sending;
        var code = OpenImFailures.OfSending(outcome.Error);
        return new(code, clientId, serverId, code == 0 ? outcome.Time : 0);
    }

    /// <summary>A receiver need not be registered; a group must be there, which the core says.</summary>
    private ValueTask<long> FindTargetAsync(Project project, int sessionType, string name, CancellationToken cancellation) =>
        sessionType == MessageMapper.Group
            ? host.Core.Names.FindAsync(project.Id, name)
            : host.Core.Names.GetOrAddAsync(project.Id, name, cancellation);

    private async ValueTask<IReadOnlyCollection<long>> FindIdsAsync(Project project, IReadOnlyList<string> names)
    {
        var ids = new HashSet<long>(names.Count);
        foreach (var name in names)
            ids.Add(await host.People.FindIdAsync(project, name));
        return ids;
    }

    private async ValueTask<bool> IsStrangerAsync(Project project, long sender, long receiver)
    {
        if (!host.Settings.FriendCheck || sender == receiver)
            return false;
        return (await host.Core.Relations.FilterAsync(project, RelationKind.Friend, receiver, [sender])).Count == 0;
    }
}
