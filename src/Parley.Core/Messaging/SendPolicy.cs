using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Parley.Core.Groups;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Core.Users;

namespace Parley.Core.Messaging;

/// <summary>
/// Whether a message may be sent, checked once for every gateway, in the order of <c>rtm-client.md</c> §1.5 steps 4 to 9:
/// type, size, receiver, relation, bans, flood, words. The first failing check wins.
/// </summary>
internal sealed class SendPolicy(
    GroupDirectory groups, RoomDirectory rooms, RelationDirectory relations, BanDirectory bans, NameDirectory names,
    TimeProvider time)
{
    private readonly ConditionalWeakTable<Project, SearchValues<string>> _words = [];
    private readonly FloodControl _floods = new();

    /// <summary>
    /// The verdict, with the group when the message goes to one. When the receiver has muted the sender, the message is answered as if it
    /// were sent and is not.
    /// </summary>
    public readonly record struct Verdict(CoreError Error, Group? Group = null, bool IsMuted = false);

    /// <summary>Checks everything but duplicates, which the journal finds.</summary>
    public async ValueTask<Verdict> CheckAsync(SendRequest request)
    {
        var verdict = await CheckPlaceAsync(request);
        if (verdict.Error != CoreError.None || request.Authority != SendAuthority.User)
            return verdict;
        return verdict with { Error = await CheckContentAsync(request) };
    }

    /// <summary>Checks everything but flood, words and duplicates: whether the sender may say such a thing there at all.</summary>
    public async ValueTask<Verdict> CheckPlaceAsync(SendRequest request)
    {
        var error = CheckShape(request);
        if (error != CoreError.None)
            return new(error);
        if (!await IsKnownAsync(request.Project, request.Target) || !await IsKnownAsync(request.Project, request.Sender))
            return new(CoreError.InvalidId);
        Group? group = null;
        if (request.Authority != SendAuthority.Operator && !(request.Kind != ConversationKind.PeerToPeer && request.Project.IsAdmin(request.Sender)))
        {
            error = request.Kind switch
            {
                ConversationKind.PeerToPeer => await CheckPeerAsync(request),
                ConversationKind.Group => await CheckGroupAsync(request),
                ConversationKind.Room => await CheckRoomAsync(request),
                ConversationKind.Broadcast => CoreError.AdminOnly,
                _ => throw new InvalidOperationException($"Unknown kind of conversation: {request.Kind}."),
            };
            if (error != CoreError.None)
                return new(error);
        }
        if (request.Kind == ConversationKind.Group)
        {
            group = await groups.GetAsync(request.Project, request.Target);
            if (group is null || group.Members.Count == 0)
                return new(CoreError.EmptyGroup);
        }
        var isMuted = request.Kind == ConversationKind.PeerToPeer && request.Authority == SendAuthority.User
            && (await relations.GetSetAsync(RelationKind.Mute, new(request.Project.Id, request.Target))).Contains(request.Sender);
        return new(CoreError.None, group, isMuted);
    }

    /// <summary>Type, size and receiver: what needs no look-up.</summary>
    public static CoreError CheckShape(SendRequest request)
    {
        var settings = request.Project.Settings;
        if (request.Type is < 1 or > 127)
            return CoreError.InvalidType;
        // the address of a file is ours, not the sender's
        var mostBytes = request.BodyLimit > 0 ? request.BodyLimit : settings.MessageBytes;
        var mostAttributes = request.AttributeLimit > 0 ? request.AttributeLimit : settings.AttributeBytes;
        if ((request.Body.Length > mostBytes && request.File == FileKind.None) || request.Attributes.Length > mostAttributes)
            return CoreError.TooLarge;
        var isOperator = request.Authority == SendAuthority.Operator;
        if (request.Sender <= 0 != isOperator || (request.Kind != ConversationKind.Broadcast && request.Target <= 0))
            return CoreError.InvalidId;
        if (request.Kind == ConversationKind.PeerToPeer && request.Target == request.Sender && !request.AllowSelf)
            return CoreError.ToSelf;
        return CoreError.None;
    }

    /// <summary>A number of the band that is reserved for names must have been given to one.</summary>
    private ValueTask<bool> IsKnownAsync(Project project, long id) =>
        NameBand.Contains(id) ? names.IsValidAsync(project.Id, id) : new(true);

    private async ValueTask<CoreError> CheckPeerAsync(SendRequest request)
    {
        if (request.Project.Settings.FriendsOnly && request.Authority == SendAuthority.User)
        {
            var friends = await relations.GetSetAsync(RelationKind.Friend, new(request.Project.Id, request.Target));
            if (!friends.Contains(request.Sender))
                return CoreError.NotFriend;
        }
        if (request.Exemptions.HasFlag(SendExemptions.Blocks))
            return CoreError.None;
        var blocks = await relations.GetSetAsync(RelationKind.Block, new(request.Project.Id, request.Target));
        return blocks.Contains(request.Sender) ? CoreError.Blocked : CoreError.None;
    }

    private async ValueTask<CoreError> CheckGroupAsync(SendRequest request)
    {
        var group = await groups.GetAsync(request.Project, request.Target);
        if (group is null && request.Exemptions.HasFlag(SendExemptions.Membership))
            return CoreError.None; // that it is empty is said later
        if (group is null || !(group.Contains(request.Sender) || request.Exemptions.HasFlag(SendExemptions.Membership)))
            return CoreError.NotGroupMember;
        if (group.IsClosed && request.Authority == SendAuthority.User)
            return CoreError.GroupClosed;
        var place = BanPlace.Group(request.Target);
        var gag = await bans.FindAsync(request.Project, place, BanKind.Speak, request.Sender);
        // who keeps order in the group is not silenced with everyone
        if (gag == BanReach.Individual || (gag == BanReach.Everyone && group.RoleOf(request.Sender) == GroupRole.Member))
            return CoreError.BannedInGroup;
        // a blacklist that holds for every group removes nobody
        var isListed = await bans.IsBannedAsync(request.Project, place, BanKind.Enter, request.Sender);
        return isListed ? CoreError.BannedInGroup : CoreError.None;
    }

    private async ValueTask<CoreError> CheckRoomAsync(SendRequest request)
    {
        var record = await rooms.GetAsync(request.Project, request.Target);
        if (record.IsClosed && request.Authority == SendAuthority.User)
            return CoreError.RoomClosed;
        if (!IsInside(request))
            return CoreError.NotInRoom;
        var reach = await bans.FindAsync(request.Project, BanPlace.Room(request.Target), BanKind.Speak, request.Sender);
        return reach == BanReach.Individual || (reach == BanReach.Everyone && record.OwnerId != request.Sender) ? CoreError.BannedInRoom : CoreError.None;
    }

    /// <summary>A session that sits alone speaks from its own seat, any other as its user.</summary>
    private bool IsInside(SendRequest request)
    {
        if (request.Origin is { SitsAlone: true } origin)
            return rooms.SubGroupOf(origin, request.Target) is not null;
        return request.Origin?.Presence is { } presence
            ? presence.Sessions.Length > 0 && rooms.Contains(request.Project.Id, request.Target, presence.User.UserId)
            : rooms.Contains(request.Project.Id, request.Target, request.Sender);
    }

    private async ValueTask<CoreError> CheckContentAsync(SendRequest request)
    {
        var settings = request.Project.Settings;
        if (settings.FloodMessages > 0)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var (user, conversation) = (new UserKey(request.Project.Id, request.Sender), Messenger.ConversationOf(request));
            if (!await _floods.TrySpeakAsync(user, conversation, settings.FloodMessages, settings.FloodWindowSeconds, now))
                return CoreError.Flooding;
        }
        return settings.SensitiveWords.Count > 0 && request.File == FileKind.None && HasWord(request) ? CoreError.SensitiveWord : CoreError.None;
    }

    private bool HasWord(SendRequest request)
    {
        var words = _words.GetValue(
            request.Project, static project => SearchValues.Create([.. project.Settings.SensitiveWords], StringComparison.OrdinalIgnoreCase));
        return (!request.IsBinary && Encoding.UTF8.GetString(request.Body.Span).AsSpan().ContainsAny(words))
            || request.ReadableText.AsSpan().ContainsAny(words);
    }
}
