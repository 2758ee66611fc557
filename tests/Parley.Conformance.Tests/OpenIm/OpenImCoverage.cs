using System.Reflection;

namespace Parley.Conformance.Tests.OpenIm;

public sealed class OpenImCoverage(ITestOutputHelper output)
{
    /// <summary>openim.md §11: the paths that only v3 has.</summary>
    private static readonly string[] PathsOfV3 =
    [
        "/auth/get_admin_token", "/auth/get_user_token", "/user/user_register", "/user/get_users_online_status", "/user/get_all_users_uid",
        "/user/account_check",
    ];

    /// <summary>openim.md §1.3: every other name of a member.</summary>
    private static readonly string[] Aliases =
    [
        "user_token.uid", "user_token.platformID", "user_register.platformID", "force_logout.platformID", "force_logout.userID",
        "user_register.uid", "user_register.name", "user_register.icon", "user_register.mobile",
        "create_group.uid", "create_group.setRole", "create_group.faceUrl",
        "invite_user_to_group.uidList", "invite_user_to_group.invitedUserIDs", "kick_group.uidListInfo", "kick_group.kickedUserIDs",
        "import_friend.uidList", "import_friend.friendUserIDs", "import_friend.ownerUid", "import_friend.ownerUserID",
        "add_blacklist.uid", "add_blacklist.blackUserID", "add_blacklist.ownerUid", "add_blacklist.ownerUserID",
        "update_user_info.userID", "update_user_info.nickname", "update_user_info.faceURL", "update_user_info.phoneNumber",
        "get_user_info.userIDList", "get_user_info.userIDs", "delete_user.deleteUserIDList",
        "get_users_online_status.uidList", "get_users_online_status.userIDs", "account_check.checkUserIDList", "account_check.checkUserIDs",
        "send_msg.recvID", "send_msg.senderNickName",
    ];

    /// <summary>openim.md §1.6: the numbers that the API can answer; 701 to 706 as texts.</summary>
    private static readonly string[] Codes =
    [
        "0", "201", "203", "204", "400", "401", "403", "404", "405", "500", "600", "601", "701", "702", "703", "704", "705", "706", "801", "802", "803",
        "804", "809",
    ];

    /// <summary>openim.md §11.</summary>
    private static readonly string[] CodesOfV3 =
    [
        "v3", "1001", "1002", "1003", "1004", "1101", "1102", "1201", "1302", "1303", "1501", "1502", "1503", "1504", "1505", "1506", "1507",
    ];

    /// <summary>openim.md §12.2: what of the checklist is about the API.</summary>
    private static readonly string[] Items = ["12.2.1", "12.2.3", "12.2.4", "12.2.5", "12.2.6", "12.2.10", "12.2.11", "12.2.12"];

    [Fact]
    public void Every_path_every_alias_and_every_error_number_has_a_test()
    {
        string[] wanted = [.. SampleCall.All.Select(call => call.Path), .. PathsOfV3, .. Aliases, .. Codes, .. CodesOfV3, .. Items];
        var covered = typeof(OpenImCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().SelectMany(method => NamesOf(type, method)))
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {wanted.Count(covered.Contains)} of {wanted.Length}");
        Assert.Empty(wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(wanted, StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is null)
            return [];
        var attribute = method.GetCustomAttribute<CoversOpenImAttribute>() ?? type.GetCustomAttribute<CoversOpenImAttribute>();
        return attribute?.Names ?? [];
    }
}
