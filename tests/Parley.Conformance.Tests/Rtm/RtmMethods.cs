namespace Parley.Conformance.Tests.Rtm;

/// <summary>The quests of the client document, and the pushes.</summary>
internal static class RtmMethods
{
    public static readonly string[] ForAnybody = ["auth", "ping", "bye"];

    public static readonly string[] ForUsers =
    [
        "addvariables", "adddebuglog", "addattrs", "getattrs", "kickout",
        "sendmsg", "sendmsgs", "sendgroupmsg", "sendroommsg",
        "getp2pmsg", "getgroupmsg", "getroommsg", "getbroadcastmsg", "getmsg", "delmsg",
        "pushunread", "checkunreadmsg", "getunreadmsg", "getunread", "cleanunread", "cleanunreadmsg", "getp2punread", "getgroupunread",
        "getsession",
        "addfriends", "delfriends", "getfriends", "addblacks", "delblacks", "getblacks",
        "addgroupmembers", "delgroupmembers", "getgroupmembers", "getgroupcount", "getusergroups",
        "setgroupinfo", "getgroupinfo", "getgroupopeninfo", "getgroupsopeninfo",
        "enterroom", "leaveroom", "getuserrooms", "getroommembers", "getroomcount",
        "setroominfo", "getroominfo", "getroomopeninfo", "getroomsopeninfo",
        "setpushname", "getpushname", "setgeo", "getgeo", "getgeos", "getonlineusers",
        "setuserinfo", "getuserinfo", "getuseropeninfo", "adddevice", "removedevice",
        "dbget", "dbset", "dataget", "dataset", "datadel", "addoption", "removeoption", "getoption",
        "setlang", "translate", "filetoken",
    ];

    public static readonly string[] OfDispatch = ["which", "whichall"];

    public static readonly string[] OfFileGate = ["sendfile", "sendfiles", "sendgroupfile", "sendroomfile"];

    /// <summary>What the gate sends; <c>pushunread</c> and <c>ping</c> are quests of both sides.</summary>
    public static readonly string[] Pushes =
    [
        "pushmsg", "pushgroupmsg", "pushroommsg", "pushbroadcastmsg", "kickout", "kickoutroom",
        "transmsg", "transgroupmsg", "transroommsg", "transbroadcastmsg",
    ];
}
