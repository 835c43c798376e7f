/**
 * What OCSF 1.8.0 says of the classes and objects that our events become, written down from https://schema.ocsf.io, by no
 * code of ours: attributes as `name:type`, with `[]` for lists and `!` where it is required; `oneOf`: at least one of
 * these. Attributes that only profiles add are left out.
 */
export const baseAttributes = `
      activity_id:integer_t! activity_name:string_t category_name:string_t category_uid:integer_t!
      class_name:string_t class_uid:integer_t! count:integer_t duration:long_t end_time:timestamp_t
      enrichments:enrichment[] message:string_t metadata:metadata! observables:observable[] raw_data:string_t
      raw_data_hash:fingerprint raw_data_size:long_t severity:string_t severity_id:integer_t!
      start_time:timestamp_t status:string_t status_code:string_t status_detail:string_t status_id:integer_t
      time:timestamp_t! timezone_offset:integer_t type_name:string_t type_uid:long_t! unmapped:object`

interface OcsfClass {
  uid: number
  category: number
  name: string
  activities: Record<number, string>
  attributes: string
  oneOf?: string[]
}

export const classes: OcsfClass[] = [
  {
    uid: 3001,
    category: 3,
    name: 'Account Change',
    activities: {
      0: 'Unknown',
      1: 'Create',
      2: 'Enable',
      3: 'Password Change',
      4: 'Password Reset',
      5: 'Disable',
      6: 'Delete',
      7: 'Attach Policy',
      8: 'Detach Policy',
      9: 'Lock',
      10: 'MFA Factor Enable',
      11: 'MFA Factor Disable',
      12: 'Unlock',
      99: 'Other',
    },
    attributes: `
      actor:actor auth_factors:auth_factor[] http_request:http_request http_response:http_response
      policies:policy[] policy:policy src_endpoint:network_endpoint user:user! user_result:user`,
  },
  {
    uid: 3002,
    category: 3,
    name: 'Authentication',
    activities: {
      0: 'Unknown',
      1: 'Logon',
      2: 'Logoff',
      3: 'Authentication Ticket',
      4: 'Service Ticket Request',
      5: 'Service Ticket Renew',
      6: 'Preauth',
      7: 'Account Switch',
      99: 'Other',
    },
    attributes: `
      account_switch_type:string_t account_switch_type_id:integer_t actor:actor auth_factors:auth_factor[]
      auth_protocol:string_t auth_protocol_id:integer_t authentication_token:authentication_token
      certificate:certificate dst_endpoint:network_endpoint http_request:http_request http_response:http_response
      is_cleartext:boolean_t is_mfa:boolean_t is_new_logon:boolean_t is_remote:boolean_t logon_process:process
      logon_type:string_t logon_type_id:integer_t service:service session:session src_endpoint:network_endpoint
      user:user!`,
    oneOf: ['service', 'dst_endpoint'],
  },
  {
    uid: 3004,
    category: 3,
    name: 'Entity Management',
    activities: {
      0: 'Unknown',
      1: 'Create',
      2: 'Read',
      3: 'Update',
      4: 'Delete',
      5: 'Move',
      6: 'Enroll',
      7: 'Unenroll',
      8: 'Enable',
      9: 'Disable',
      10: 'Activate',
      11: 'Deactivate',
      12: 'Suspend',
      13: 'Resume',
      99: 'Other',
    },
    attributes: `
      access_list:string_t[] access_mask:integer_t actor:actor comment:string_t entity:managed_entity!
      entity_result:managed_entity http_request:http_request http_response:http_response
      src_endpoint:network_endpoint`,
  },
  {
    uid: 3005,
    category: 3,
    name: 'User Access Management',
    activities: { 0: 'Unknown', 1: 'Assign Privileges', 2: 'Revoke Privileges', 99: 'Other' },
    attributes: `
      actor:actor http_request:http_request http_response:http_response privileges:string_t[]!
      resource:resource_details resources:resource_details[] src_endpoint:network_endpoint user:user!`,
  },
  {
    uid: 3006,
    category: 3,
    name: 'Group Management',
    activities: {
      0: 'Unknown',
      1: 'Assign Privileges',
      2: 'Revoke Privileges',
      3: 'Add User',
      4: 'Remove User',
      5: 'Delete',
      6: 'Create',
      7: 'Add Subgroup',
      8: 'Remove Subgroup',
      99: 'Other',
    },
    attributes: `
      actor:actor group:group! http_request:http_request http_response:http_response privileges:string_t[]
      resource:resource_details src_endpoint:network_endpoint subgroup:group user:user`,
  },
  {
    uid: 6002,
    category: 6,
    name: 'Application Lifecycle',
    activities: {
      0: 'Unknown',
      1: 'Install',
      2: 'Remove',
      3: 'Start',
      4: 'Stop',
      5: 'Restart',
      6: 'Enable',
      7: 'Disable',
      8: 'Update',
      99: 'Other',
    },
    attributes: `
      app:product!`,
  },
  {
    uid: 6003,
    category: 6,
    name: 'API Activity',
    activities: { 0: 'Unknown', 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 99: 'Other' },
    attributes: `
      actor:actor! api:api! dst_endpoint:network_endpoint http_request:http_request http_response:http_response
      resources:resource_details[] src_endpoint:network_endpoint!`,
  },
  {
    uid: 2004,
    category: 2,
    name: 'Detection Finding',
    activities: { 0: 'Unknown', 1: 'Create', 2: 'Update', 3: 'Close', 99: 'Other' },
    attributes: `
      anomaly_analyses:anomaly_analysis[] comment:string_t confidence:string_t confidence_id:integer_t
      confidence_score:integer_t device:device evidences:evidences[] finding_info:finding_info! impact:string_t
      impact_id:integer_t impact_score:integer_t is_alert:boolean_t malware:malware[]
      malware_scan_info:malware_scan_info remediation:remediation resources:resource_details[]
      risk_details:string_t risk_level:string_t risk_level_id:integer_t risk_score:integer_t
      vendor_attributes:vendor_attributes vulnerabilities:vulnerability[]`,
  },
]

export const objects: Record<string, { attributes: string; oneOf?: string[] }> = {
  metadata: {
    attributes: `
      correlation_uid:string_t debug:string_t[] event_code:string_t extension:extension extensions:extension[]
      is_truncated:boolean_t labels:string_t[] log_format:string_t log_level:string_t log_name:string_t
      log_provider:string_t log_source:string_t log_version:string_t logged_time:timestamp_t loggers:logger[]
      modified_time:timestamp_t original_event_uid:string_t original_time:string_t processed_time:timestamp_t
      product:product! profiles:string_t[] reporter:reporter sequence:integer_t source:string_t
      tags:key_value_object[] tenant_uid:string_t total_queued_duration:timespan
      transformation_info_list:transformation_info[] transmit_time:timestamp_t type:string_t uid:string_t
      untruncated_size:integer_t version:string_t!`,
  },
  product: {
    attributes: `
      cpe_name:string_t feature:feature lang:string_t name:string_t path:string_t uid:string_t url_string:url_t
      vendor_name:string_t version:string_t`,
    oneOf: ['name', 'uid'],
  },
  actor: {
    attributes: `
      app_name:string_t app_uid:string_t authorizations:authorization[] idp:idp invoked_by:string_t
      process:process session:session user:user`,
    oneOf: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'],
  },
  user: {
    attributes: `
      account:account credential_uid:string_t display_name:string_t domain:string_t email_addr:email_t
      forward_addr:email_t full_name:string_t groups:group[] has_mfa:boolean_t ldap_person:ldap_person
      name:username_t org:organization phone_number:string_t programmatic_credentials:programmatic_credential[]
      risk_level:string_t risk_level_id:integer_t risk_score:integer_t type:string_t type_id:integer_t
      uid:string_t uid_alt:string_t`,
    oneOf: ['account', 'name', 'uid'],
  },
  api: {
    attributes: `
      group:group operation:string_t! request:request response:response service:service token:token
      version:string_t`,
  },
  managed_entity: {
    attributes: `
      data:json_t device:device email:email group:group location:location name:string_t org:organization
      policy:policy type:string_t type_id:integer_t uid:string_t user:user version:string_t`,
    oneOf: ['name', 'uid', 'device', 'group', 'org', 'policy', 'user'],
  },
  group: {
    attributes: `
      desc:string_t domain:string_t name:string_t privileges:string_t[] type:string_t uid:string_t
      uid_alt:string_t`,
    oneOf: ['name', 'uid'],
  },
  network_endpoint: {
    attributes: `
      agent_list:agent[] autonomous_system:autonomous_system domain:string_t fingerprints:fingerprint[]
      hostname:hostname_t hw_info:device_hw_info instance_uid:string_t interface_name:string_t
      interface_uid:string_t intermediate_ips:ip_t[] ip:ip_t isp:string_t isp_org:string_t location:location
      mac:mac_t mac_vendor:string_t name:string_t network_scope:string_t network_scope_id:integer_t os:os
      owner:user pool:group port:port_t proxy_endpoint:network_proxy subnet_uid:string_t svc_name:string_t
      type:string_t type_id:integer_t uid:string_t vlan_uid:string_t vpc_uid:string_t zone:string_t`,
    oneOf: ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'interface_uid', 'interface_name', 'domain'],
  },
  observable: {
    attributes: `
      event_uid:string_t name:string_t reputation:reputation type:string_t type_id:integer_t! type_uid:long_t
      value:string_t`,
  },
  service: {
    attributes: `
      labels:string_t[] name:string_t tags:key_value_object[] uid:string_t version:string_t`,
    oneOf: ['name', 'uid'],
  },
  resource_details: {
    attributes: `
      agent_list:agent[] created_time:timestamp_t criticality:string_t data:json_t group:group hostname:hostname_t
      ip:ip_t is_backed_up:boolean_t labels:string_t[] modified_time:timestamp_t name:string_t namespace:string_t
      owner:user resource_relationship:graph role:string_t role_id:integer_t tags:key_value_object[] type:string_t
      uid:resource_uid_t uid_alt:resource_uid_t version:string_t`,
    oneOf: ['name', 'uid'],
  },
  finding_info: {
    attributes: `
      analytic:analytic attack_graph:graph attacks:attack[] created_time:timestamp_t data_sources:string_t[]
      desc:string_t first_seen_time:timestamp_t kill_chain:kill_chain_phase[] last_seen_time:timestamp_t
      modified_time:timestamp_t product:product product_uid:string_t related_analytics:analytic[]
      related_events:related_event[] related_events_count:integer_t src_url:url_t tags:key_value_object[]
      title:string_t traits:trait[] types:string_t[] uid:string_t! uid_alt:string_t`,
  },
}
