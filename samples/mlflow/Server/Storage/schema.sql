-- The tables of the tracking server. Every statement can run again on an existing file.
create sequence if not exists experiment_ids minvalue 0 start 0;
create table if not exists experiments (
  id bigint primary key default nextval('experiment_ids'), name varchar not null unique);
create table if not exists runs (id varchar primary key, experiment_id bigint not null, start_time bigint not null);
create table if not exists metrics (
  run_id varchar not null, key varchar not null, value double not null, step bigint not null, timestamp bigint not null);
create table if not exists params (
  run_id varchar not null, key varchar not null, value varchar not null, primary key (run_id, key));
create table if not exists tags (
  run_id varchar not null, key varchar not null, value varchar not null, primary key (run_id, key));
create table if not exists datasets (
  run_id varchar not null, name varchar not null, digest varchar not null, source varchar not null);
create table if not exists logged_models (
  id varchar primary key, run_id varchar not null, name varchar not null, flavor varchar not null,
  content blob not null, attributes varchar not null);
create table if not exists registered_models (name varchar primary key);
create table if not exists model_versions (
  name varchar not null, version integer not null, source varchar not null, primary key (name, version));
create table if not exists prompts (
  name varchar not null, version integer not null, template varchar not null, primary key (name, version));
create table if not exists prompt_aliases (
  name varchar not null, alias varchar not null, version integer not null, primary key (name, alias));
create table if not exists traces (id varchar primary key, experiment_id varchar not null, spans varchar not null);
create table if not exists assessments (
  trace_id varchar not null, name varchar not null, type varchar not null, source_type varchar not null,
  value varchar not null, rationale varchar not null);
create table if not exists webhooks (
  id varchar primary key, name varchar not null, url varchar not null, events varchar not null);
create table if not exists gateway_endpoints (name varchar primary key, body varchar not null);
create table if not exists gateway_secrets (name varchar primary key, provider varchar not null, sealed blob not null);
