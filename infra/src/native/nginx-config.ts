import { errorPages, problemLocations } from './nginx-problems.js'

/** What differs between a native nginx and one in a container; the rest of the origin is the same text. */
export interface OriginPlace {
  /** Directives outside http: user, pid, daemon. */
  preamble: string
  listen: string
  /** host:port of each process. */
  commandApi: string[]
  queryApi: string[]
  docsDir: string
  accessLog: string
  errorLog: string
  tempDir: string
  /** Who has not begun to answer after this is taken to stand still; nginx's words. */
  answersWithin?: string
}

// That of the APIs: a body that only they refuse is refused while nginx still sends it, and their answer may be lost.
const bodyLimitKibibytes = 256
const planLimitMebibytes = 16

/** A command API that is well answers within 11 s, whatever the log is like (docs/decisions/0014). */
const usuallyWithin = '12s'

const toApi = (answersWithin: string) => `      proxy_pass http://$api;
      proxy_http_version 1.1;
      proxy_next_upstream error timeout non_idempotent;
      proxy_next_upstream_tries 2;
      proxy_connect_timeout 2s;
      proxy_read_timeout ${answersWithin};
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Correlation-Id $correlation_id;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;`

const within = ({ answersWithin = usuallyWithin }: OriginPlace) => answersWithin

/**
 * So many that half of the load goes on through a stop of half a second without anybody being turned away, and so few that an answer
 * still comes within about a second; fewer than a command API lets wait (1,500), for a refusal here is the cheapest.
 */
export const underWayPerProcess = 1_440
/** Connections that are held open and mostly silent: each costs a query API some 20 KiB. */
const listeningPerProcess = 12_000
const listening = ({ queryApi }: OriginPlace) => listeningPerProcess * queryApi.length
const underWay = ({ commandApi, queryApi }: OriginPlace) =>
  underWayPerProcess * Math.max(commandApi.length, queryApi.length)

/** Of several, one that can't be reached is left alone for a second; the only one is always tried. */
const serversOf = (addresses: readonly string[]) =>
  addresses
    .map((address) => `server ${address} max_fails=${addresses.length > 1 ? 1 : 0} fail_timeout=1s;`)
    .join('\n    ')

/** Fields of the Elastic Common Schema. The address without its query. */
const accessLogFormat = `  map $request_uri $request_path {
    "~^(?<path>[^?]*)" $path;
  }
  map $http_traceparent $trace_id {
    "~^[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-" $trace;
  }
  log_format ecs escape=json '{"@timestamp":"$time_iso8601","log.level":"info","ecs.version":"8.17.0",'
    '"service.name":"origin","event.dataset":"nginx.access","message":"$request_method $request_path $status",'
    '"http.request.method":"$request_method","url.path":"$request_path","http.response.status_code":$status,'
    '"http.request.bytes":$request_length,"http.response.bytes":$bytes_sent,"http.request.id":"$correlation_id",'
    '"trace.id":"$trace_id","source.ip":"$remote_addr","user_agent.original":"$http_user_agent",'
    '"onsale":{"seconds":$request_time,"upstream":"$upstream_addr","upstreamStatus":"$upstream_status","upstreamSeconds":"$upstream_response_time"}}';`

/**
 * The one origin: GET and HEAD go to the query API, everything else to the command API. nginx takes another process, once, where
 * one can't be reached, breaks off, or stands still, for commands too: each has an Idempotency-Key, without which it is refused, and is
 * done once however often it arrives.
 */
export const originConfig = (at: OriginPlace) => `${at.preamble}
events {
  worker_connections ${2 * (listening(at) + underWay(at)) + 1_024};
}
# Below crit, lines hold whole request lines, and a query may carry what admits to something. The access log says what failed.
error_log ${at.errorLog} crit;
http {
${accessLogFormat}
  access_log ${at.accessLog} ecs buffer=32k flush=1s;
  client_body_temp_path ${at.tempDir}/body;
  proxy_temp_path ${at.tempDir}/proxy;
  fastcgi_temp_path ${at.tempDir}/fastcgi;
  uwsgi_temp_path ${at.tempDir}/uwsgi;
  scgi_temp_path ${at.tempDir}/scgi;
  server_tokens off;
  types {
    text/html html;
    text/css css;
    text/javascript js;
    application/json json;
    image/png png;
  }
  default_type application/octet-stream;
  charset utf-8;
  keepalive_requests 100000;

  upstream command_api {
    ${serversOf(at.commandApi)}
    keepalive ${underWay(at)};
  }
  upstream query_api {
    ${serversOf(at.queryApi)}
    keepalive ${underWay(at)};
  }
  map $request_method $api {
    default command_api;
    GET query_api;
    HEAD query_api;
  }
  map $http_x_correlation_id $correlation_id {
    default $request_id;
    "~^[A-Za-z0-9._-]{1,128}$" $http_x_correlation_id;
  }
  # Requests that are being answered: what is beyond the bound is told to come back before it costs anybody anything.
  limit_conn_zone $api zone=under_way:1m;
  limit_conn_zone $api zone=listening:1m;
  limit_conn_status 429;
  limit_conn_log_level info;

  # What a 413 says; it is refused before a location could set a variable.
  map $uri $body_limit {
    default "${bodyLimitKibibytes} KiB";
    /api/venues "${planLimitMebibytes} MiB";
  }

  server {
    listen ${at.listen} default_server;
    client_max_body_size ${bodyLimitKibibytes}k;
    client_body_buffer_size 64k;
    ${errorPages()}

    location = / {
      if ($request_method !~ ^(GET|HEAD)$) {
        return 405;
      }
      default_type application/json;
      return 200 '{"name":"onsale","docs":"/api/docs","openapi":"/api/docs/openapi.json","shows":"/api/shows"}';
    }
    location /api/ {
      limit_conn under_way ${underWay(at)};
${toApi(within(at))}
    }
    # Where nothing happens it says so every 15 s.
    location ~ ^/api/(?:shows/[^/]+/seats|queue/[^/]+)/stream$ {
      limit_conn listening ${listening(at)};
${toApi('30s')}
    }
    # A plan of 50,000 seats is megabytes; the command API sees to it that only an organizer may send so much.
    location = /api/venues {
      client_max_body_size ${planLimitMebibytes}m;
      limit_conn under_way ${underWay(at)};
${toApi(within(at))}
    }
    location = /api/docs {
      if ($request_method !~ ^(GET|HEAD)$) {
        return 405;
      }
      root ${at.docsDir};
      try_files /index.html =404;
    }
    location /api/docs/ {
      if ($request_method !~ ^(GET|HEAD)$) {
        return 405;
      }
      alias ${at.docsDir}/;
    }
    location / {
      return 404;
    }
${problemLocations()}
  }
}
`
