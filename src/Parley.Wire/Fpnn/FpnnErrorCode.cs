namespace Parley.Wire.Fpnn;

/// <summary>The error codes of the framework (fpnn §8). 100000 and up belong to applications.</summary>
public static class FpnnErrorCode
{
    /// <summary>FPNN_EC_OK: no error.</summary>
    public const int Ok = 0;

    /// <summary>FPNN_EC_PROTO_UNKNOWN_ERROR: unknown error while encoding or decoding.</summary>
    public const int ProtocolUnknownError = 10001;

    /// <summary>FPNN_EC_PROTO_NOT_SUPPORTED: unsupported protocol, format or encoding.</summary>
    public const int NotSupported = 10002;

    /// <summary>FPNN_EC_PROTO_INVALID_PACKAGE: malformed package or payload, empty method.</summary>
    public const int InvalidPackage = 10003;

    /// <summary>FPNN_EC_PROTO_JSON_CONVERT: conversion from or to JSON failed.</summary>
    public const int JsonConversion = 10004;

    /// <summary>FPNN_EC_PROTO_STRING_KEY: a map key is not a string.</summary>
    public const int KeyNotString = 10005;

    /// <summary>FPNN_EC_PROTO_MAP_VALUE: the payload's root is not a map.</summary>
    public const int RootNotMap = 10006;

    /// <summary>FPNN_EC_PROTO_METHOD_TYPE: wrong message type.</summary>
    public const int WrongMessageType = 10007;

    /// <summary>FPNN_EC_PROTO_PROTO_TYPE: unsupported protocol or encoding type.</summary>
    public const int WrongProtocolType = 10008;

    /// <summary>FPNN_EC_PROTO_KEY_NOT_FOUND: a required parameter is missing.</summary>
    public const int KeyNotFound = 10009;

    /// <summary>FPNN_EC_PROTO_TYPE_CONVERT: a parameter has a wrong type.</summary>
    public const int WrongType = 10010;

    /// <summary>FPNN_EC_PROTO_FILE_SIGN: MD5 mismatch of a file parameter.</summary>
    public const int FileSignature = 10011;

    /// <summary>FPNN_EC_PROTO_FILE_NOT_EXIST: the file of a file parameter is missing.</summary>
    public const int FileNotFound = 10012;

    /// <summary>FPNN_EC_CORE_UNKNOWN_ERROR: unknown error; a handler failed; the answer was lost.</summary>
    public const int UnknownError = 20001;

    /// <summary>FPNN_EC_CORE_CONNECTION_CLOSED: the connection was closed (local, for pending quests).</summary>
    public const int ConnectionClosed = 20002;

    /// <summary>FPNN_EC_CORE_TIMEOUT: the quest timed out (local).</summary>
    public const int Timeout = 20003;

    /// <summary>FPNN_EC_CORE_UNKNOWN_METHOD: unknown method.</summary>
    public const int UnknownMethod = 20004;

    /// <summary>FPNN_EC_CORE_ENCODING: encoding failed (local).</summary>
    public const int Encoding = 20005;

    /// <summary>FPNN_EC_CORE_DECODING: decoding failed (local).</summary>
    public const int Decoding = 20006;

    /// <summary>FPNN_EC_CORE_SEND_ERROR: sending failed (local).</summary>
    public const int SendFailed = 20007;

    /// <summary>FPNN_EC_CORE_RECV_ERROR: receiving failed (local).</summary>
    public const int ReceiveFailed = 20008;

    /// <summary>FPNN_EC_CORE_INVALID_PACKAGE: invalid package; also a client without quest processor.</summary>
    public const int CoreInvalidPackage = 20009;

    /// <summary>FPNN_EC_CORE_HTTP_ERROR: the HTTP request could not be parsed.</summary>
    public const int HttpError = 20010;

    /// <summary>FPNN_EC_CORE_WORK_QUEUE_FULL: the work queue is full.</summary>
    public const int QueueFull = 20011;

    /// <summary>FPNN_EC_CORE_INVALID_CONNECTION: invalid connection (local).</summary>
    public const int InvalidConnection = 20012;

    /// <summary>FPNN_EC_CORE_FORBIDDEN: a private-only or encrypted-only method was called from elsewhere.</summary>
    public const int Forbidden = 20013;

    /// <summary>FPNN_EC_CORE_SERVER_STOPPING: the server is stopping.</summary>
    public const int ServerStopping = 20014;

    /// <summary>FPNN_EC_CORE_CANCELLED: the operation was cancelled.</summary>
    public const int Cancelled = 20015;

    /// <summary>FPNN_EC_ZIP_COMPRESS: compression failed.</summary>
    public const int CompressionFailed = 30001;

    /// <summary>FPNN_EC_ZIP_DECOMPRESS: decompression failed.</summary>
    public const int DecompressionFailed = 30002;

    /// <summary>Invalid parameter, of the dispatch service (fpnn §7).</summary>
    public const int DispatchInvalidParameter = 100001;
}
