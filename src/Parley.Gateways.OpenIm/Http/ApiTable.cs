using System.Diagnostics.CodeAnalysis;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Path → endpoint. A reader finds every call of openim.md §4, §8.8 and §11 here, that of v2 first, then that of v3.</summary>
internal sealed class ApiTable
{
    private readonly Dictionary<string, ApiEndpoint> _paths;

    public ApiTable(OpenImHost host)
    {
        var auth = new AuthEndpoints(host);
        Rows =
        [
            .. MakeAuthRows(auth),
            .. MakeGroupRows(new GroupEndpoints(host), new GroupQueries(host)),
            .. MakeFriendRows(new FriendEndpoints(host)),
            .. MakeUserRows(new UserEndpoints(host), auth),
            .. MakeManagerRows(new ManagerEndpoints(host)),
            .. MakeMessageRows(new MessageEndpoints(host)),
            .. MakeConversationRows(),
        ];
        _paths = Rows.ToDictionary(static row => row.Path, StringComparer.Ordinal);
    }

    /// <summary>Every endpoint.</summary>
    public IReadOnlyList<ApiEndpoint> Rows { get; }

    public bool TryFind(string path, [NotNullWhen(true)] out ApiEndpoint? found) => _paths.TryGetValue(path, out found);

    private static IEnumerable<ApiEndpoint> MakeAuthRows(AuthEndpoints auth) =>
    [
        new("/auth/user_register", auth.RegisterAsync),
        new("/auth/user_token", auth.IssueAsync) { NeedsOperationId = false },
        new("/auth/parse_token", auth.ParseAsync, auth.ParseGivenAsync),
        new("/auth/force_logout", auth.LogoutAsync, auth.LogoutV3Async),
        new("/auth/get_admin_token", null, auth.IssueToManagerAsync),
        new("/auth/get_user_token", null, auth.IssueToUserAsync),
    ];

    private static IEnumerable<ApiEndpoint> MakeGroupRows(GroupEndpoints groups, GroupQueries queries) =>
    [
        new("/group/create_group", groups.CreateAsync, groups.CreateV3Async),
        new("/group/invite_user_to_group", groups.InviteAsync, groups.InviteV3Async),
        new("/group/kick_group", groups.KickAsync, groups.KickV3Async),
        new("/group/get_joined_group_list", queries.ListJoinedAsync),
        new("/group/get_groups_info", queries.GetAsync),
        new("/group/get_group_all_member_list", queries.ListMembersAsync),
        new("/group/get_group_members_info", queries.GetMembersAsync),
        new("/group/get_recv_group_applicationList", ConversationEndpoints.OfSenderAsync),
        new("/group/get_user_req_group_applicationList", ConversationEndpoints.OfUserAsync),
    ];

    private static IEnumerable<ApiEndpoint> MakeFriendRows(FriendEndpoints friends) =>
    [
        new("/friend/import_friend", friends.ImportAsync, friends.ImportV3Async),
        new("/friend/add_blacklist", friends.BlockAsync),
        new("/friend/add_black", friends.BlockAsync, friends.BlockV3Async),
        new("/friend/get_friend_list", friends.ListFriendsAsync),
        new("/friend/get_black_list", friends.ListBlockedAsync),
        new("/friend/get_friend_apply_list", ConversationEndpoints.OfSenderAsync),
        new("/friend/get_self_friend_apply_list", ConversationEndpoints.OfSenderAsync),
    ];

    private static IEnumerable<ApiEndpoint> MakeUserRows(UserEndpoints users, AuthEndpoints auth) =>
    [
        new("/user/update_user_info", users.UpdateAsync, users.UpdateV3Async),
        new("/user/get_user_info", users.GetDetailsAsync),
        new("/user/get_users_info", users.GetPublicAsync, users.GetV3Async),
        new("/user/get_self_user_info", users.GetSelfAsync),
        new("/user/user_register", null, auth.RegisterManyAsync),
    ];

    private static IEnumerable<ApiEndpoint> MakeManagerRows(ManagerEndpoints managers) =>
    [
        new("/manager/delete_user", managers.DeleteAsync),
        new("/manager/get_users_online_status", managers.GetStatusAsync),
        new("/manager/get_all_users_uid", managers.ListAllAsync),
        new("/manager/account_check", managers.CheckAsync),
        new("/user/get_users_online_status", null, managers.GetStatusV3Async),
        new("/user/get_all_users_uid", null, managers.ListPageAsync),
        new("/user/account_check", null, managers.CheckV3Async),
    ];

    private static IEnumerable<ApiEndpoint> MakeMessageRows(MessageEndpoints messages) =>
    [
        new("/manager/send_msg", messages.SendAsManagerAsync),
        new("/msg/send_msg", messages.SendAsClientAsync, messages.SendAsManagerAsync),
        new("/msg/newest_seq", messages.GetNewestAsync),
        new("/msg/pull_msg_by_seq", messages.PullAsync),
    ];

    private static IEnumerable<ApiEndpoint> MakeConversationRows() =>
    [
        new("/conversation/get_all_conversation_message_opt", ConversationEndpoints.OfSenderAsync),
        new("/conversation/get_all_conversations", ConversationEndpoints.OfOwnerAsync),
    ];
}
